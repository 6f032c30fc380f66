// --trace: which step worked when, on which thread.

#include <set>
#include <string>
#include <vector>

#include "tests/pipeline/pipeline_scene.h"

namespace dcmflow {
namespace {

class Traces : public PipelineScene {};

TEST_F(Traces, HoldEveryCallOfEveryStep) {
  make_archive(input);
  const std::string path = folder / "trace.json";
  ASSERT_EQ(convert({"--trace", path, "--threads", "2"}).exit_status, 0);
  const Json trace = read_json(path);
  std::map<std::string, std::uint64_t> calls;
  std::multiset<double> ends;  // of the steps that are at work
  double last_start = 0;
  std::set<std::string> steps;
  const std::set<std::string> phases{"read_headers", "finish_series", "plan_images", "make_images",
                                     "conclude_run"};
  const Json report = json("report.json");
  for (const Json& step : report["run"]["steps"]) steps.insert(step["step"]);
  for (const Json& event : trace["traceEvents"]) {
    EXPECT_EQ(event["ph"], "X");
    EXPECT_GE(event["ts"].get<double>(), last_start);
    EXPECT_GE(event["dur"].get<double>(), 0);
    last_start = event["ts"].get<double>();
    ++calls[event["name"].get<std::string>()];
    // Those are of the thread that began.
    EXPECT_TRUE(event["tid"] == 0 || !phases.contains(event["name"])) << event;
    if (!steps.contains(event["name"])) continue;
    ends.erase(ends.begin(), ends.upper_bound(last_start));
    ends.insert(last_start + event["dur"].get<double>());
    EXPECT_LE(ends.size(), 2U) << event;
  }
  for (const Json& step : report["run"]["steps"])
    EXPECT_EQ(calls[step["step"].get<std::string>()], step["items"]) << step;
  for (const auto& phase : phases) EXPECT_EQ(calls[phase], 1U) << phase;
}

TEST_F(Traces, StepsHaveALineEachInTheReportAndTheLog) {
  make_archive(input);
  const ProgramRun run = convert({"--log-level", "debug"});
  ASSERT_EQ(run.exit_status, 0) << run.errors;
  const std::vector<std::string> steps{
      "discover_files",  "look_ahead",    "decode_header",
      "group_series",    "sort_slices",   "select_series",
      "assign_names",    "choose_images", "replace_earlier_results",
      "assemble_volume", "write_image",   "render_series",
      "write_catalogue", "sync_output",   "conclude_series"};
  std::vector<std::string> reported;
  const Json report = json("report.json");
  for (const Json& step : report.at("run").at("steps")) {
    reported.push_back(step["step"]);
    EXPECT_GT(step["items"], 0U) << step;
    EXPECT_NE(run.errors.find("step " + reported.back() + ": items=" + step["items"].dump()),
              std::string::npos)
        << run.errors;
  }
  EXPECT_EQ(reported, steps);
}

TEST_F(Traces, ThatCannotBeWrittenAreToldBeforeAnythingIsRead) {
  make_archive(input);
  std::filesystem::create_directory(folder / "a_folder");
  for (const std::string name : {"none/trace.json", "a_folder"}) {
    const ProgramRun run = convert({"--trace", folder / name});
    EXPECT_EQ(run.exit_status, 2);
    EXPECT_NE(run.errors.find("--trace"), std::string::npos) << run.errors;
    EXPECT_NE(run.errors.find(name), std::string::npos) << run.errors;
    EXPECT_TRUE(names_in(output).empty());
  }
  EXPECT_EQ(convert({"--trace", output + "/trace.json"}).exit_status, 0);
  EXPECT_TRUE(std::filesystem::exists(output + "/trace.json"));
}

TEST_F(Traces, ThatFailInTheEndAreToldAndCostNothingElse) {
  if (std::string(DCMFLOW_BREAK_FILES).empty()) GTEST_SKIP() << "nothing can be loaded before";
  make_archive(input);
  const ProgramRun run =
      convert({"--trace", folder / "trace.json"}, {{"LD_PRELOAD", DCMFLOW_BREAK_FILES},
                                                   {"BREAK_ON", "rename"},
                                                   {"BREAK_NAME", "/trace.json"},
                                                   {"BREAK_BY", "fail"}});
  EXPECT_EQ(run.exit_status, 0);
  EXPECT_NE(run.errors.find("the trace "), std::string::npos) << run.errors;
  EXPECT_EQ(json("report.json")["exit_code"], 0);
  EXPECT_FALSE(std::filesystem::exists(folder / "trace.json"));
}

}  // namespace
}  // namespace dcmflow
