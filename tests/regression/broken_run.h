#pragma once
// A run on a machine that fails (break_files.cpp).

#include "tests/pipeline/pipeline_scene.h"

namespace dcmflow {

struct Break {
  std::string on;
  std::string by;
  std::size_t nth = 0;
  std::string name{};
  std::string log{};
};

class BrokenRun : public PipelineScene {
 protected:
  void SetUp() override {
    if (std::string(DCMFLOW_BREAK_FILES).empty())
      GTEST_SKIP() << "a sanitizer's library has to be loaded before any other";
  }

  static std::map<std::string, std::string> environment(const Break& fault) {
    std::map<std::string, std::string> variables{{"LD_PRELOAD", DCMFLOW_BREAK_FILES},
                                                 {"BREAK_ON", fault.on},
                                                 {"BREAK_BY", fault.by},
                                                 {"BREAK_NAME", fault.name},
                                                 {"BREAK_LOG", fault.log}};
    if (fault.nth != 0) variables["BREAK_NTH"] = std::to_string(fault.nth);
    return variables;
  }

  ProgramRun convert_from(const std::string& source, std::vector<std::string> options = {},
                          const Break& fault = {}) const {
    options.insert(options.begin(), {source, output});
    return run_dcmflow(std::move(options), environment(fault));
  }

  // With the modification times, by which the journal knows its files.
  void copy_output(const std::string& from) const {
    std::filesystem::remove_all(output);
    std::filesystem::copy(from, output, std::filesystem::copy_options::recursive);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(from)) {
      const auto relative = std::filesystem::relative(entry.path(), from);
      std::filesystem::last_write_time(std::filesystem::path(output) / relative,
                                       entry.last_write_time());
    }
  }

  // As a fresh folder has it after the same run.
  std::map<std::string, std::string> fresh(const std::string& source,
                                           std::vector<std::string> options = {}) const {
    const std::string place = folder / "fresh";
    std::filesystem::remove_all(place);
    options.insert(options.begin(), {source, place});
    EXPECT_EQ(run_dcmflow(std::move(options)).exit_status, 0);
    return contents(place);
  }
};

}  // namespace dcmflow
