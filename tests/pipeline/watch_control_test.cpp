// --watch: what its signals do, what it tells of itself, and how it ends and begins again.

#include <gmock/gmock.h>

#include "tests/pipeline/watch_scene.h"
#include "tests/support/http_request.h"
#include "tests/support/sanitizers.h"

namespace dcmflow {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class WatchControl : public WatchedFolder {
 protected:
  // What an address of the watch answers: its status, and the text.
  std::pair<int, std::string> get(const std::string& path) const {
    const auto log = program->errors();
    const std::string words = "/metrics at ";
    const auto at = log.find(words) + words.size();
    const auto address = log.substr(at, log.find('\n', at) - at);
    const auto reply = http_get(address, path);
    return {reply.status, reply.body};
  }
  // The value of a line of /metrics; -1: there is none.
  double metric(const std::string& name) const {
    const auto text = "\n" + get("/metrics").second;
    const auto at = text.find("\n" + name + " ");
    return at == std::string::npos ? -1 : std::stod(text.substr(at + name.size() + 2));
  }
  // Whose voxels are written, and which has no name yet.
  bool has_unnamed_image() const {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(output, error))
      if (entry.path().filename().string().starts_with(".dcmflow-") && entry.file_size(error) > 0 &&
          !error)
        return true;
    return false;
  }
  std::string selected(const std::string& rule) const {
    return R"({"selections": [{"name": "wanted", "conditions": {"Modality": ")" + rule + R"("}}]})";
  }
};

TEST_F(WatchControl, AHangupReadsTheRulesAgain) {
  deliver(prepare({.series_uid = "1.2.3.1"}, "a"));
  deliver(prepare({.modality = "MR", .series_uid = "1.2.3.2", .first_number = 50}, "b"));
  const auto rules = folder / "rules.json";
  write_bytes(rules, selected("CT"));
  watch("0.3", {"--rules", rules});
  expect_rounds(1);
  EXPECT_THAT(bytes_of(output + "/selected-images.json"), HasSubstr("1.2.3.1"));
  const auto made = fs::last_write_time(output + "/1.2.3.1.raw");

  write_bytes(rules, selected("MR"));
  program->send(SIGHUP);
  expect_rounds(2);
  EXPECT_TRUE(wait_for(
      [&] { return text_of("selected-images.json").find("1.2.3.2") != std::string::npos; }));
  EXPECT_EQ(fs::last_write_time(output + "/1.2.3.1.raw"), made);

  // Wrong ones change nothing.
  const auto before = contents(output);
  write_bytes(rules, "{");
  program->send(SIGHUP);
  EXPECT_TRUE(wait_for([&] { return has_logged("the rules stay as they were"); }));
  write_bytes(input + "/note.txt", "hello");
  expect_rounds(3);
  EXPECT_THAT(bytes_of(output + "/selected-images.json"), HasSubstr("1.2.3.2"));

  write_bytes(rules, selected("MR"));
  EXPECT_EQ(end().exit_status, 0);
  expect_fresh({"--rules", rules});
}

TEST_F(WatchControl, EndsWithTheExitCodeOfTheLastRound) {
  deliver(prepare({.slices = 9,
                   .edit =
                       [](unsigned slice, DicomBuilder& file) {
                         if (slice == 4) file.remove("PixelData");
                       }},
                  "a"));
  watch("0.3", {"--strict"});
  expect_rounds(1);
  const auto run = end();
  EXPECT_EQ(run.exit_status, 6) << run.errors;
  EXPECT_EQ(json("report.json")["exit_code"], 6);
  // Also where a later watch finds nothing to do.
  watch("0.3", {"--strict", "--log-level", "debug"});
  ASSERT_TRUE(wait_for([&] { return has_logged("wait until they are quiet"); }))
      << program->errors();
  EXPECT_EQ(end().exit_status, 6);
}

// A round is ended as a run is: with a report that says so.
TEST_F(WatchControl, ASignalInARoundInterruptsIt) {
  if (std::string(DCMFLOW_BREAK_FILES).empty())
    GTEST_SKIP() << "a sanitizer's library has to be loaded before any other";
  deliver(prepare({.slices = 3}, "a"));
  program = std::make_unique<RunningProgram>(
      ProgramCall{.command = {DCMFLOW_PROGRAM, input, output, "--watch", "--settle", "0.1"},
                  .environment = {{"LD_PRELOAD", DCMFLOW_BREAK_FILES},
                                  {"BREAK_ON", "rename"},
                                  {"BREAK_BY", "1500"},
                                  {"BREAK_NAME", ".raw"}},
                  .working_folder = "/"});
  // While the image gets its name.
  ASSERT_TRUE(wait_for([&] { return has_unnamed_image(); })) << program->errors();
  const auto run = end();
  EXPECT_EQ(run.exit_status, 143) << run.errors;
  EXPECT_EQ(json("report.json")["status"], "interrupted");
  EXPECT_FALSE(fs::exists(output + "/selected-images.json"));
  watch("0.1");
  expect_rounds(1);
  EXPECT_EQ(end().exit_status, 0);
  expect_fresh();
}

TEST_F(WatchControl, GoesOnWhereTheLastOneEnded) {
  deliver(prepare({.series_uid = "1.2.3.1"}, "a"));
  watch("0.3");
  expect_rounds(1);
  end();
  const auto before = contents(output);
  const auto made = fs::last_write_time(output + "/1.2.3.1.raw");
  // Nothing to do, and then something.
  watch("0.3");
  pause(1);
  EXPECT_EQ(rounds(), 0U) << program->errors();
  EXPECT_EQ(contents(output), before);
  deliver(prepare({.series_uid = "1.2.3.2", .first_number = 50}, "b"));
  expect_rounds(1);
  EXPECT_EQ(end().exit_status, 0);
  EXPECT_EQ(fs::last_write_time(output + "/1.2.3.1.raw"), made);
  expect_fresh();
}

TEST_F(WatchControl, KeepsTheOutputFolderForItself) {
  watch("0.3");
  const auto run = run_dcmflow({input, output});
  EXPECT_EQ(run.exit_status, 5) << run.errors;
  EXPECT_THAT(run.errors, HasSubstr("another run is at work"));
  end();
}

TEST_F(WatchControl, TellsOfItselfByHttp) {
  deliver(prepare({.series_uid = "1.2.3.1"}, "a"));
  deliver(
      prepare({.series_uid = "1.2.3.3",
               .edit = [](unsigned, DicomBuilder& file) { file.remove("ImagePositionPatient"); },
               .first_number = 50},
              "c"));
  write_bytes(input + "/note.txt", "hello");
  watch("0.3", {"--listen", "127.0.0.1:0"});
  expect_rounds(1);
  EXPECT_TRUE(wait_for([&] { return metric("dcmflow_rounds_total") == 1; }));
  EXPECT_EQ(get("/healthz"), std::pair(200, std::string("ok\n")));
  EXPECT_EQ(get("/else").first, 404);
  const auto counts = json("report.json")["counts"];
  EXPECT_EQ(metric("dcmflow_files"), counts["discovered"]);
  EXPECT_EQ(metric("dcmflow_converted_files"), counts["converted"]);
  EXPECT_EQ(metric("dcmflow_problems{reason=\"not_dicom\",severity=\"skipped\"}"), 1);
  EXPECT_EQ(metric("dcmflow_problems{reason=\"no_geometry\",severity=\"refused\"}"),
            counts["no_geometry"]);
  EXPECT_EQ(metric("dcmflow_input_files"), 17);
  EXPECT_EQ(metric("dcmflow_files_read_total"), 17);
  EXPECT_EQ(metric("dcmflow_images"), 1);
  EXPECT_EQ(metric("dcmflow_queue_files"), 0);
  EXPECT_EQ(metric("dcmflow_last_round_exit_code"), 0);
  EXPECT_GT(metric("dcmflow_last_success_timestamp_seconds"), 1e9);
  EXPECT_GT(metric("process_resident_memory_bytes"), 1e6);

  deliver(prepare({.series_uid = "1.2.3.2", .first_number = 90}, "b"));
  expect_rounds(2);
  EXPECT_TRUE(wait_for([&] { return metric("dcmflow_images") == 2; }));
  EXPECT_EQ(metric("dcmflow_images_made_total"), 2);
  // More where the machine was so busy that it saw the series arrive in two parts.
  EXPECT_GE(metric("dcmflow_files_read_total"), 25);
  // The report of a patient's data is no business of whoever asks.
  EXPECT_EQ(get("/metrics").second.find("1.2.3"), std::string::npos);
  EXPECT_EQ(end().exit_status, 0);
}

TEST_F(WatchControl, TellsThatItIsNotWell) {
  deliver(prepare({}, "a"));
  watch("0.3", {"--listen", "127.0.0.1:0"});
  expect_rounds(1);
  fs::rename(input, folder / "away");
  EXPECT_TRUE(wait_for([&] { return get("/healthz").first == 503; }));
  EXPECT_EQ(metric("dcmflow_input_readable"), 0);
  EXPECT_EQ(slices_of("1.2.3.4"), 8U);
  fs::rename(folder / "away", input);
  EXPECT_TRUE(wait_for([&] { return get("/healthz").first == 200; }, 60));
  EXPECT_EQ(end().exit_status, 0);
}

TEST_F(WatchControl, ListensNowhereElseWhenThePortIsTaken) {
  watch("0.3", {"--listen", "127.0.0.1:0"});
  const auto log = program->errors();
  const auto at = log.find("127.0.0.1:", log.find("/metrics at "));
  const auto address = log.substr(at, log.find('\n', at) - at);
  const auto run = run_dcmflow({input, folder / "other", "--watch", "--listen", address});
  EXPECT_EQ(run.exit_status, 2) << run.errors;
  EXPECT_THAT(run.errors, HasSubstr("cannot listen on " + address));
  end();
}

// What was read and made in many rounds is in the catalogue, and not in memory.
TEST_F(WatchControl, ManyRoundsTakeNoMoreMemoryThanAFew) {
  if (is_sanitized) GTEST_SKIP() << "a sanitizer takes memory of its own";
  watch("0", {"--listen", "127.0.0.1:0"});
  const auto paths = prepare({.columns = 64, .rows = 64}, "a");
  double few = 0;
  constexpr std::size_t rounds_in_all = 40;
  for (std::size_t i = 0; i < rounds_in_all; ++i) {
    const auto before = rounds();
    deliver(paths);
    ASSERT_TRUE(wait_for([&] { return rounds() > before; })) << program->errors();
    if (i == rounds_in_all / 4) few = metric("process_resident_memory_bytes");
  }
  EXPECT_LT(metric("process_resident_memory_bytes"), few + (8 << 20));
  EXPECT_EQ(end().exit_status, 0);
}

}  // namespace
}  // namespace dcmflow
