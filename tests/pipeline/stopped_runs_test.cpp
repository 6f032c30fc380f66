// Runs that cannot finish: no place to write, no space left, a signal. Nothing stays half-written.

#include <gmock/gmock.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <csignal>

#include "test-data/phantom.h"
#include "test_paths.h"
#include "tests/pipeline/pipeline_scene.h"
#include "tests/support/image_reader.h"

namespace dcmflow {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

class StoppedRun : public PipelineScene {
 protected:
  void expect_readable_images() const {
    const Json volumes = json("volumes.json");
    for (const auto& volume : volumes.at("volumes"))
      EXPECT_NO_THROW(read_image(output + "/" + volume.at("file").get<std::string>()));
  }
  ProgramRun shell(const std::string& script, double timeout_seconds = 60) const {
    return run_program({.command = {"bash", "-c", script, "bash", DCMFLOW_PROGRAM, input, output},
                        .timeout_seconds = timeout_seconds});
  }
};

TEST_F(StoppedRun, AnOutputBelowAFileIsToldBeforeAnyFileIsRead) {
  write_phantom_series({}, input);
  write_bytes(folder / "file", "x");
  for (const std::string& out : {folder / "file/out", folder / "file", std::string("/proc/out")}) {
    const ProgramRun run = run_dcmflow({input, out});
    EXPECT_EQ(run.exit_status, 5) << run.errors;
    EXPECT_THAT(run.errors, HasSubstr(out));
    EXPECT_EQ(run.errors.find(" series "), std::string::npos) << run.errors;
  }
}

// Two images that fit and one that does not.
void write_small_and_large(const std::string& folder) {
  write_phantom_series({.series_uid = "1.2.3.1"}, folder);
  write_phantom_series({.series_uid = "1.2.3.2", .columns = 256, .rows = 256, .slices = 6}, folder);
  write_phantom_series({.series_uid = "1.2.3.3"}, folder);
}

TEST_F(StoppedRun, AFileSizeLimitCostsTheImageThatPassesIt) {
  write_small_and_large(input);
  const ProgramRun run = shell("ulimit -f 200; exec \"$1\" \"$2\" \"$3\"");
  EXPECT_EQ(run.exit_status, 5) << run.errors;
  expect_accounted(22);
  expect_only_whole_images();
  expect_readable_images();
  expect_valid_json(output);
  EXPECT_EQ(json("series-images.json").size(), 2U);
  EXPECT_EQ(json("report.json")["counts"]["disk_full"], 6);
  EXPECT_EQ(json("report.json")["exit_code"], 5);
  EXPECT_THAT(file(phantom_file_names({.series_uid = "1.2.3.2"})[0])["detail"].get<std::string>(),
              ContainsRegex("cannot (get|take) [0-9]+ bytes.*File too large"));
}

// Images are finished before others are begun: more series than files may be open.
TEST_F(StoppedRun, AFewOpenFilesAreEnoughForManyImages) {
  make_archive(input, {"--kind", "mr", "--series", "200", "--slices", "2", "--columns", "16",
                       "--rows", "16", "--header-elements", "0"});
  for (const std::string threads : {"1", "8"}) {
    const ProgramRun run =
        shell("ulimit -n 80; exec \"$1\" \"$2\" \"$3\" --strict --threads " + threads);
    EXPECT_EQ(run.exit_status, 0) << run.errors.substr(0, 3000);
    EXPECT_EQ(json("series-images.json").size(), 200U);
  }
}

class SmallDisk : public StoppedRun {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(output);
    if (mount("tmpfs", output.c_str(), "tmpfs", 0, "size=256k") != 0)
      GTEST_SKIP() << "this user cannot mount a file system";
    mounted_ = true;
  }
  void TearDown() override {
    if (mounted_) umount(output.c_str());
  }

 private:
  bool mounted_ = false;
};

TEST_F(SmallDisk, AFullDiskCostsTheImageThatFillsIt) {
  write_small_and_large(input);
  for (const std::string format : {"mhd", "nii"}) {
    const ProgramRun run = convert({"--format", format, "--threads", "4"});
    EXPECT_EQ(run.exit_status, 5) << run.errors;
    expect_accounted(22);
    EXPECT_EQ(json("series-images.json").size(), 2U);
    expect_readable_images();
    for (const auto& name : names_in(output)) EXPECT_FALSE(name.starts_with(".")) << name;
  }
}

// The presence of selected-images.json means that the output is complete.
TEST_F(SmallDisk, ADiskWithoutSpaceForTheJsonLeavesNoSelectedImages) {
  write_phantom_series({}, input);
  std::size_t without = 0;
  for (std::size_t left = 96; left > 0; left -= 4) {
    for (const auto& name : names_in(output)) std::filesystem::remove(output + "/" + name);
    write_bytes(output + "/ballast", std::string((256 - left) << 10U, 'x'));
    const ProgramRun run = convert({"--catalogue", "none"});
    const auto names = names_in(output);
    const auto json_files = std::ranges::count_if(
        names, [](const std::string& name) { return name.ends_with(".json"); });
    if (std::filesystem::exists(output + "/selected-images.json"))
      EXPECT_EQ(json_files, 5) << left;
    else
      EXPECT_EQ(run.exit_status, 5) << run.errors;
    without += json_files < 5;
    for (const auto& name : names) EXPECT_FALSE(name.starts_with(".")) << name;
  }
  EXPECT_GT(without, 2U);
  EXPECT_LT(without, 24U);
}

class Interrupted : public StoppedRun {
 protected:
  // Everything that was read is accounted for, and nothing says that the output is complete.
  void expect_clean_stop(const ProgramRun& run, int exit_status) const {
    EXPECT_EQ(run.exit_status, exit_status) << run.errors;
    const Json report = json("report.json");
    EXPECT_EQ(report["status"], "interrupted");
    EXPECT_EQ(report["exit_code"], exit_status);
    ASSERT_EQ(report["run"]["steps"][0]["step"], "discover_files");
    expect_accounted(report["run"]["steps"][0]["items"]);
    EXPECT_FALSE(std::filesystem::exists(output + "/selected-images.json"));
    expect_only_whole_images();
    expect_readable_images();
    expect_valid_json(output);
  }
};

TEST_F(Interrupted, ASignalAmongTheImagesLeavesWholeOnesOnly) {
  make_archive(input, {"--kind", "ct", "--series", "6", "--slices", "60"});
  for (const auto& [signal, exit_status] : {std::pair("TERM", 143), std::pair("INT", 130)}) {
    std::filesystem::remove_all(output);
    write_bytes(output + "/selected-images.json", "{}");  // of an earlier run
    // The signal comes when the first image is there.
    const ProgramRun run = shell(
        "\"$1\" \"$2\" \"$3\" --threads 1 --format nii.gz >/dev/null & run=$!\n"
        "until ls \"$3\" 2>/dev/null | grep -q nii.gz; do sleep 0.01; done\n"
        "kill -" +
        std::string(signal) + " $run; SECONDS=0; wait $run; code=$?; echo $SECONDS; exit $code");
    expect_clean_stop(run, exit_status);
    EXPECT_LT(std::stoi(run.output + "0"), 150) << "seconds ×10";
    EXPECT_GT(json("report.json")["counts"].value("interrupted", 0), 0);
    EXPECT_GT(json("report.json")["counts"]["converted"], 0);
  }
}

TEST_F(Interrupted, AKilledRunLeavesNoMetadataOfAnEarlierOneToRouteBy) {
  make_archive(input, {"--kind", "ct", "--series", "6", "--slices", "60"});
  for (const std::string option : {"--workflow-metadata", "--explain"}) {
    std::filesystem::remove_all(output);
    write_bytes(output + "/metadata.json", "{}");
    shell("\"$1\" \"$2\" \"$3\" --threads 1 --format nii.gz " + option +
          " & run=$!\n"
          "until ls \"$3\" 2>/dev/null | grep -q nii.gz; do sleep 0.01; done\n"
          "kill -KILL $run; wait $run");
    ASSERT_FALSE(std::filesystem::exists(output + "/report.json"));
    // Without the option it is not ours.
    EXPECT_EQ(std::filesystem::exists(output + "/metadata.json"), option == "--explain");
  }
}

// Copies of every file make the planning of images the long part: their pixels are compared.
TEST_F(Interrupted, ASignalAtAnyTimeLosesNoFile) {
  make_archive(input, {"--kind", "ct", "--series", "6", "--slices", "20"});
  std::filesystem::copy(input, folder / "copy", std::filesystem::copy_options::recursive);
  std::filesystem::rename(folder / "copy", input + "/copy");
  const double whole = convert({"--threads", "1"}).seconds;
  int stopped = 0;
  for (int part = 1; part < 16; ++part) {
    std::filesystem::remove_all(output);
    const ProgramRun run =
        run_program({.command = {DCMFLOW_PROGRAM, input, output, "--threads", "1"},
                     .send_signal = SIGTERM,
                     .send_after_seconds = whole * part / 16});
    if (run.exit_status == 0) continue;  // it was faster this time
    if (run.signal == SIGTERM) {         // it had not begun
      EXPECT_FALSE(std::filesystem::exists(output)) << part;
      continue;
    }
    SCOPED_TRACE(part);
    if (run.signal == SIGTERM) {  // before main() began to listen
      EXPECT_EQ(names_in(output).size(), 0U);
      continue;
    }
    ++stopped;
    expect_clean_stop(run, 143);
  }
  EXPECT_GT(stopped, 3);
}

}  // namespace
}  // namespace dcmflow
