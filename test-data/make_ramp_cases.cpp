// make_ramp_cases OUT: writes every ramp case into OUT/<name>, and what must come out of it into
// OUT/<name>.json, where no converter sees it.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <fstream>
#include <string>

#include "test-data/ramp_cases.h"

int main(int argc, char** argv) {
  try {
    CLI::App app("Writes the ramp cases: a small series for each rule, and what must come of it.");
    std::string folder;
    std::uint64_t seed = 1;
    bool list = false;
    app.add_option("out", folder, "Folder to write into; made when missing");
    app.add_option("--seed", seed, "Of matrices, spacings, angles and origins")
        ->capture_default_str();
    app.add_flag("--list", list, "Print group, name and rule of each case, write nothing");
    CLI11_PARSE(app, argc, argv);
    if (!list && folder.empty()) throw CLI::RequiredError("out");
    for (const auto& row : dcmflow::cases::ramp_cases()) {
      if (list) {
        std::printf("%s\t%s\t%s\n", std::string(row.group).c_str(), std::string(row.name).c_str(),
                    std::string(row.rule).c_str());
        continue;
      }
      const std::string path = folder + "/" + std::string(row.name);
      const auto truth = dcmflow::cases::make_ramp_case(row, seed, path);
      std::ofstream stream(path + ".json", std::ios::binary);
      stream << dcmflow::cases::to_json(truth);
      stream.close();
      if (!stream) throw std::runtime_error(path + ".json: cannot be written");
    }
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "make_ramp_cases: %s\n", error.what());
    return 1;
  }
}
