#pragma once
// Catalogues for the tests of the JSON files, stated as keywords and DICOM text.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "stages/selection/selection_rules_types.h"
#include "stages/write_catalog.h"
#include "test_paths.h"

namespace dcmflow {

using Texts = std::vector<std::pair<std::string, std::string>>;  // keyword, DICOM text

inline AttributeValues values_of(const AttributeTable& table, const Texts& texts) {
  AttributeValues values;
  for (const auto& [keyword, text] : texts) values.add(table.find(keyword).value(), text);
  return values;
}

// A catalogue in memory and an empty folder to write it to.
class CatalogFixture : public testing::Test {
 protected:
  CatalogFixture() {
    std::string pattern = testing::TempDir() + "write_catalog_XXXXXX";
    folder = mkdtemp(pattern.data());
  }
  ~CatalogFixture() override { std::filesystem::remove_all(folder); }

  struct InstanceCase {
    std::string uid;
    Texts shared;
    Texts own;
    std::string file = uid + ".dcm";
  };
  SeriesPtr series(const std::string& study, const std::string& uid,
                   const std::vector<InstanceCase>& cases) const {
    Series made{study, uid, {}};
    for (const auto& [instance_uid, shared_texts, own, file] : cases) {
      auto shared = std::make_shared<SharedHeader>();
      shared->values = values_of(table, shared_texts);
      Texts all{{"SOPInstanceUID", instance_uid}};
      all.insert(all.end(), own.begin(), own.end());
      auto instance = share<Instance>();
      instance->file =
          share(File{.root = std::make_shared<std::string>("/in"), .name = file, .size = 1});
      instance->shared = shared;
      instance->values = values_of(table, all);
      made.instances.push_back(instance);
    }
    return std::make_shared<const Series>(made);
  }

  static ImageFile image(const SeriesPtr& series, const std::string& stem, bool is_main = true) {
    auto stack = std::make_shared<Stack>();
    stack->series = series;
    stack->image_stem = stem;
    stack->is_main = is_main;
    stack->split_reason = is_main ? "" : "orientation";
    for (const auto& instance : series->instances)
      stack->frames.push_back({.instance = instance, .intercept = -1024});
    stack->grid = {{4, 3, static_cast<std::uint32_t>(stack->frames.size())},
                   {0.7, 0.8, 2.5},
                   {-10, -20, 0.1},
                   {Vector3{1, 0, 0}, Vector3{0, 1, 0}, Vector3{0, 0, 1}}};
    stack->max_corner_error_mm = 1e-7;
    return {.stack = stack,
            .values = {-1000, 3071, true},
            .name = stem + ".mhd",
            .file_names = {stem + ".mhd", stem + ".raw"},
            .sha256 = std::string(64, 'a')};
  }

  std::string text(const std::string& name) const {
    std::ifstream file(folder + '/' + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  nlohmann::ordered_json json(const std::string& name) const {
    return nlohmann::ordered_json::parse(text(name));
  }

  nlohmann::ordered_json metadata(std::vector<SeriesPtr> all, bool no_patient = false) {
    Catalog catalog;
    catalog.series = std::move(all);
    const auto status = write_dicom_metadata(folder, catalog, table, no_patient);
    EXPECT_TRUE(status.ok()) << status.problem().detail;
    return json("dicom-metadata.json").at("studies");
  }

  static Candidate candidate(const SeriesPtr& series, const std::string& stem,
                             SelectionMatch match) {
    Candidate made;
    made.facts = find_facts(series, nullptr, {}, "mhd", {});
    made.facts.stem = stem;
    made.facts.converted = true;
    made.matches = {std::move(match)};
    return made;
  }

  // A catalogue with a bit of everything.
  Catalog full_catalog() const {
    Catalog catalog;
    const auto ct = series(
        "1.2", "1.2.3",
        {{"1.2.3.1", {{"Modality", "CT"}, {"PatientName", "A^B"}}, {{"InstanceNumber", "1"}}},
         {"1.2.3.2", {{"Modality", "CT"}, {"PatientName", "A^B"}}, {{"InstanceNumber", "2"}}}});
    const auto mr =
        series("1.2", "1.2.4", {{"1.2.4.1", {{"Modality", "MR"}, {"EchoTime", "1.5\\\\3"}}, {}}});
    catalog.series = {ct, mr};
    catalog.images = {image(ct, "1.2.3"), image(mr, "1.2.4_axial", false), image(mr, "1.2.4")};
    catalog.not_converted = {{Reason::not_dicom, "a.txt", "no DICM, expected it at byte 128"},
                             {Reason::truncated, "c.dcm", "10 of 20 bytes"},
                             {Reason::truncated, "d.dcm", "11 of 20 bytes"}};
    catalog.problems = {{Reason::missing_slices, "1.2.5", "gap 5 mm, expected 2.5 mm"}};
    catalog.selections = {{"CT", {{0, 0}}, {}},
                          {"none", {}, "0 series, required at least 1"},
                          {"all", {{1, 0}, {0, 0}}, {}}};
    catalog.candidates = {{candidate(ct, "1.2.3", {.matched = true})},
                          {candidate(mr, "1.2.4", {false, "Modality", "CT", "MR"})}};
    catalog.settings = {{"format", "mhd"}, {"corner_fail_mm", "0.1"}};
    catalog.run.threads = 2;
    catalog.run.seconds = 0.25;
    catalog.run.steps = {{"decode_header", 4, 2, 4096, 0.125}};
    return catalog;
  }
  void write_all(const Catalog& catalog) const {
    ASSERT_TRUE(write_dicom_metadata(folder, catalog, table, false).ok());
    ASSERT_TRUE(write_series_images(folder, catalog).ok());
    ASSERT_TRUE(write_volumes(folder, catalog).ok());
    ASSERT_TRUE(write_report(folder, catalog).ok());
    ASSERT_TRUE(write_selected_images(folder, catalog).ok());
    auto selection = std::make_shared<Selection>();
    selection->name = "CT";
    SelectionRules rules;
    rules.select_all = false;
    rules.selections = {selection};
    rules.warnings = {"'Modalty' is unknown"};
    ASSERT_TRUE(write_selection_report(folder, catalog, rules, false).ok());
  }

  // Exit status and words of tests/support/validate_json.py for the folder.
  std::pair<int, std::string> validate() const {
    const std::string command =
        "python3 " DCMFLOW_SOURCE_DIR "/tests/support/validate_json.py " + folder;
    FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    std::string words;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) words += static_cast<char>(c);
    const int status = pclose(pipe);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, words};
  }

  AttributeTable table;
  std::string folder;
};

inline std::vector<std::string> keys(const nlohmann::ordered_json& object) {
  std::vector<std::string> names;
  for (const auto& [key, value] : object.items()) names.push_back(key);
  return names;
}

}  // namespace dcmflow
