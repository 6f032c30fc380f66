#include "test-data/ramp_cases.h"

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace dcmflow::cases {
namespace {

// FNV-1a: each case has numbers of its own.
std::uint64_t hash(std::string_view text) {
  std::uint64_t value = 0xcbf29ce484222325U;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return value;
}

void name_files(Scene& scene) {
  unsigned number = 0;
  for (File& file : scene.files) {
    if (!file.name.empty()) continue;
    std::string digits = std::to_string(++number);
    digits.insert(0, 4 - digits.size(), '0');
    file.name = "IM" + digits + ".dcm";
  }
}

void write(const std::string& path, const std::vector<std::uint8_t>& bytes) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream stream(path, std::ios::binary);
  stream.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  stream.close();
  if (!stream) throw std::runtime_error(path + ": cannot be written");
}

}  // namespace

const std::vector<RampCase>& ramp_cases() {
  static const std::vector<RampCase> all = [] {
    std::vector<RampCase> cases;
    for (const auto part : {geometry_cases, series_cases, volume_cases, contrast_cases,
                            storage_cases, pixel_cases, file_cases})
      for (RampCase& row : part()) cases.push_back(std::move(row));
    return cases;
  }();
  return all;
}

Truth make_ramp_case(const RampCase& ramp_case, std::uint64_t seed, const std::string& folder) {
  Scene scene = make_scene(seed ^ hash(ramp_case.name));
  for (const Change& change : ramp_case.changes) change(scene);
  name_files(scene);
  const Scaling scaling = choose_scaling(scene);
  for (const File& file : scene.files)
    if (file.is_written) write(folder + "/" + file.name, make_file(scene, file, scaling));
  Truth truth = truth_of(scene, scaling);
  truth.name = ramp_case.name;
  truth.group = ramp_case.group;
  truth.rule = ramp_case.rule;
  return truth;
}

}  // namespace dcmflow::cases
