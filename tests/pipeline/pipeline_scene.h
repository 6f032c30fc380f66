#pragma once
// What the tests of the whole program share: an input, an output, and how its files are read back.

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "test_paths.h"
#include "tests/support/run_program.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {

using Json = nlohmann::ordered_json;

inline std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_bytes(const std::string& path, const std::string& bytes) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

inline Json read_json(const std::string& path) {
  return Json::parse(bytes_of(path), nullptr, false);
}

// Hidden ones too, but the folder that dcmflow keeps for itself; sorted.
inline std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  if (std::filesystem::is_directory(folder))
    for (const auto& entry : std::filesystem::directory_iterator(folder))
      if (entry.path().filename() != ".dcmflow") names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  return names;
}

inline std::vector<std::string> image_names(const std::string& folder) {
  auto names = names_in(folder);
  std::erase_if(names, [](const std::string& name) { return name.ends_with(".json"); });
  return names;
}

// All files below a folder but those that dcmflow keeps for itself, by their paths; sorted.
inline std::vector<std::string> paths_in(const std::string& folder) {
  std::vector<std::string> paths;
  for (std::filesystem::recursive_directory_iterator at(folder), end; at != end; ++at) {
    if (at->path().filename() == ".dcmflow") at.disable_recursion_pending();
    if (at->is_regular_file()) paths.push_back(at->path().lexically_relative(folder).string());
  }
  std::ranges::sort(paths);
  return paths;
}

// Every file of an output folder by path; report.json without "run", which tells times.
inline std::map<std::string, std::string> contents(const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const auto& name : paths_in(folder)) {
    files[name] = bytes_of(folder + "/" + name);
    if (name != "report.json") continue;
    auto report = Json::parse(files[name]);
    report.erase("run");
    files[name] = report.dump(1);
  }
  return files;
}

// Spoils the first bytes of the one compressed frame of a file: behind the item of the offset table
// and the frame's own item.
inline void damage_frame(const std::string& path) {
  std::string bytes = bytes_of(path);
  const std::string item("\xFE\xFF\x00\xE0", 4);
  const auto table = bytes.rfind(std::string("\xE0\x7F\x10\x00", 4));
  ASSERT_NE(table, std::string::npos);
  const auto frame = bytes.find(item, bytes.find(item, table) + 4) + 8;
  ASSERT_LT(frame + 24, bytes.size());
  for (std::size_t i = frame; i < frame + 24; ++i) bytes[i] = static_cast<char>(~bytes[i]);
  write_bytes(path, bytes);
}

inline void make_archive(const std::string& folder, std::vector<std::string> options = {}) {
  options.insert(options.begin(), {DCMFLOW_MAKE_ARCHIVE, folder});
  const ProgramRun run = run_program({.command = options});
  ASSERT_EQ(run.exit_status, 0) << run.errors;
}

// Every JSON file in the folder fits its schema.
inline void expect_valid_json(const std::string& folder) {
  const ProgramRun run = run_program(
      {.command = {"python3", DCMFLOW_SOURCE_DIR "/tests/support/validate_json.py", folder}});
  EXPECT_EQ(run.exit_status, 0) << run.output << run.errors;
}

class PipelineScene : public testing::Test {
 protected:
  ProgramRun convert(std::vector<std::string> options = {},
                     std::map<std::string, std::string> environment = {}) {
    options.insert(options.begin(), {input, output});
    return run_dcmflow(std::move(options), std::move(environment));
  }
  Json json(const std::string& name) const { return read_json(output + "/" + name); }

  // What report.json says of one input file.
  Json file(const std::string& name) const {
    const Json report = json("report.json");
    for (const auto& row : report.at("files"))
      if (row.at("name") == name) return row;
    ADD_FAILURE() << name << " is not in report.json";
    return {{"disposition", ""}, {"detail", ""}, {"images", Json::array()}};
  }
  std::string disposition(const std::string& name) const { return file(name)["disposition"]; }
  std::string detail(const std::string& name) const { return file(name)["detail"]; }

  // The counts add up, to this many files, and every file is told of once.
  void expect_accounted(std::size_t files) const {
    const Json report = json("report.json");
    std::map<std::string, std::size_t> found{{"discovered", 0}, {"converted", 0}};
    std::set<std::string> names;
    for (const auto& row : report.at("files")) {
      EXPECT_TRUE(names.insert(row.at("name")).second) << row;
      ++found["discovered"];
      ++found[row.at("disposition")];
      for (const auto& image : row.at("images"))
        EXPECT_TRUE(std::filesystem::exists(output + "/" + image.get<std::string>())) << row;
    }
    EXPECT_EQ(found["discovered"], files);
    EXPECT_EQ(nlohmann::json(report.at("counts")), nlohmann::json(found));
  }

  // No temporary file, and every image file belongs to an image that volumes.json tells of.
  void expect_only_whole_images() const {
    std::set<std::string> known;
    const Json volumes = json("volumes.json");
    for (const auto& volume : volumes.at("volumes"))
      for (const auto& name : volume.at("files")) known.insert(name.get<std::string>());
    const auto names = image_names(output);
    EXPECT_EQ(std::set<std::string>(names.begin(), names.end()), known);
  }

  const TemporaryFolder folder;
  const std::string input = folder / "in", output = folder / "out";
};

}  // namespace dcmflow
