// Shards whose attempt came to no end: the next one makes only what is not there.

#include <gmock/gmock.h>

#include <csignal>
#include <fstream>

#include "tests/pipeline/shards_scene.h"

namespace dcmflow {
namespace {

using testing::HasSubstr;
using testing::Not;

class ResumedShards : public Shards {
 protected:
  void SetUp() override {
    if (std::string(DCMFLOW_BREAK_FILES).empty()) GTEST_SKIP() << "nothing can be loaded before";
    Shards::SetUp();
  }
  // An attempt of the one shard, of one thread, with a fault at the nth image that gets its name.
  ProgramRun attempt(const std::string& fault, int nth, int signal = 0) const {
    return run_program({.command = {DCMFLOW_PROGRAM, "shard", "run", work, "--shard", "0",
                                    "--threads", "1", "--io-threads", "1"},
                        .environment = {{"LD_PRELOAD", DCMFLOW_BREAK_FILES},
                                        {"BREAK_ON", "rename"},
                                        {"BREAK_NAME", extension},
                                        {"BREAK_NTH", std::to_string(nth)},
                                        {"BREAK_BY", fault}},
                        .send_signal = signal,
                        .send_after_seconds = 1});
  }
  void kill_at(int nth) const {
    EXPECT_EQ(attempt("kill", nth).signal, SIGKILL);
    EXPECT_FALSE(fs::exists(work + "/shards/0"));
  }
  // The next attempt makes so many images.
  void expect_made(std::size_t made) const {
    const std::string log = folder / "log";
    fs::remove(log);
    const auto run = run_dcmflow({"shard", "run", work, "--shard", "0"},
                                 {{"LD_PRELOAD", DCMFLOW_BREAK_FILES}, {"BREAK_LOG", log}});
    EXPECT_EQ(run.exit_status, 0) << run.errors;
    EXPECT_EQ(renamed_in(log), made);
    if (made == all_images)
      EXPECT_THAT(run.errors, Not(HasSubstr("goes on")));
    else
      EXPECT_THAT(run.errors, HasSubstr(goes_on(all_images - made)));
    expect_nothing_else();
  }
  std::size_t renamed_in(const std::string& log) const {
    std::ifstream lines(log);
    std::size_t renamed = 0;
    for (std::string line; std::getline(lines, line);)
      if (line.starts_with("rename ") && line.ends_with(extension)) ++renamed;
    return renamed;
  }
  void expect_nothing_else() const {
    EXPECT_EQ(names_in(work + "/shards"), std::vector<std::string>{"0"});
    EXPECT_EQ(names_in(work + "/shards/0"),
              (std::vector<std::string>{"images", "manifest.json", "records"}));
    EXPECT_FALSE(fs::exists(work + "/shards/0/.dcmflow"));
    EXPECT_FALSE(fs::exists(work + "/shards/0/images/.dcmflow"));
  }
  static std::string goes_on(std::size_t images) {
    return "shard 0: goes on where an attempt ended: images=" + std::to_string(images) + "\n";
  }
  std::string left() const { return work + "/shards/" + names_in(work + "/shards").front(); }
  std::string first_image() const {
    std::ifstream notes(left() + "/notes", std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(notes), {}};
    const auto end = text.find(".raw");
    return left() + "/images/" +
           text.substr(text.rfind("1.2.3", end), end + 4 - text.rfind("1.2.3", end));
  }

  std::string extension = ".mhd";
  std::size_t all_images = 4;
};

TEST_F(ResumedShards, MakeWhatAKilledAttemptDidNot) {
  ASSERT_EQ(plan(1).exit_status, 0);
  kill_at(3);
  expect_made(2);
  expect_one_process();
}

// Several times, and with all that lies beside images.
TEST_F(ResumedShards, MakeEachImageOnce) {
  const std::vector<std::string> options{"--format", "nii.gz", "--bids",       "--report",
                                         "--tables", "csv",    "--on-earlier", "refuse"};
  extension = ".nii.gz";
  ASSERT_EQ(plan(1, options).exit_status, 0);
  kill_at(2);
  kill_at(2);
  kill_at(2);
  expect_made(1);
  expect_one_process(options);
}

TEST_F(ResumedShards, GoOnWhereAnAttemptFailed) {
  ASSERT_EQ(plan(1).exit_status, 0);
  EXPECT_EQ(attempt("fail", 2).exit_status, 5);
  expect_made(1);
  expect_one_process();
}

TEST_F(ResumedShards, GoOnWhereAnAttemptWasStopped) {
  ASSERT_EQ(plan(1).exit_status, 0);
  EXPECT_EQ(attempt("3000", 2, SIGTERM).exit_status, 143);
  ASSERT_EQ(names_in(work + "/shards").size(), 1U);
  EXPECT_THAT(shard(0).errors, HasSubstr("shard 0: goes on where an attempt ended: images="));
  expect_one_process();
}

TEST_F(ResumedShards, LeaveAloneWhatALiveAttemptIsAtWorkIn) {
  ASSERT_EQ(plan(1).exit_status, 0);
  ProgramRun slow;
  std::thread first([&] { slow = attempt("4000", 3); });
  const auto is_waiting = [&] {
    const auto names = names_in(work + "/shards");
    return !names.empty() && image_names(left() + "/images").size() >= 5;
  };
  for (int i = 0; i < 300 && !is_waiting(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  const auto second = shard(0);
  EXPECT_EQ(second.exit_status, 0);
  EXPECT_THAT(second.errors, Not(HasSubstr("goes on")));
  first.join();
  EXPECT_EQ(slow.exit_status, 0) << slow.errors;
  EXPECT_THAT(slow.errors, HasSubstr("another attempt was done first"));
  EXPECT_EQ(names_in(work + "/shards"), std::vector<std::string>{"0"});
  expect_one_process();
}

TEST_F(ResumedShards, TakeNoImageThatIsNotAsItWasWritten) {
  ASSERT_EQ(plan(1).exit_status, 0);
  kill_at(3);
  const auto image = first_image();
  fs::last_write_time(image, fs::last_write_time(image) + std::chrono::seconds(1));
  expect_made(3);
  expect_one_process();
}

// Of the same size and time, but with other voxels; and nothing of an image that another machine
// may have lost, unless its SHA-256 says that it is there.
TEST_F(ResumedShards, TakeFromAnotherMachineWhatIsSureToBeThere) {
  for (const bool with_sha256 : {false, true}) {
    fs::remove_all(work);
    const std::vector<std::string> options{"--sha256", with_sha256 ? "all" : "none"};
    ASSERT_EQ(plan(1, options).exit_status, 0);
    kill_at(4);
    std::string boot;
    std::ifstream("/proc/sys/kernel/random/boot_id") >> boot;
    auto notes = bytes_of(left() + "/notes");
    const auto at = notes.find(boot);
    ASSERT_NE(at, std::string::npos);
    notes[at] = notes[at] == '0' ? '1' : '0';
    write_bytes(left() + "/notes", notes);
    const auto image = first_image();
    const auto time = fs::last_write_time(image);
    auto bytes = bytes_of(image);
    bytes.back() = static_cast<char>(~bytes.back());
    write_bytes(image, bytes);
    fs::last_write_time(image, time);
    expect_made(with_sha256 ? 2 : 4);
    expect_one_process(options);
  }
}

TEST_F(ResumedShards, TakeTheAttemptWithTheMostImagesAndOfThisPlanAlone) {
  ASSERT_EQ(plan(1).exit_status, 0);
  kill_at(4);
  fs::rename(left(), folder / "most");
  kill_at(2);
  fs::rename(folder / "most", work + "/shards/.attempt-0-abcdef");
  const std::string other_shard = work + "/shards/.attempt-0-1-abcdef";
  fs::copy(left(), other_shard, fs::copy_options::recursive);
  const auto run = shard(0);
  EXPECT_THAT(run.errors, HasSubstr(goes_on(3)));
  EXPECT_EQ(names_in(work + "/shards").size(), 2U);
  EXPECT_TRUE(fs::exists(other_shard)) << "it is of another part";
  fs::rename(other_shard, work + "/shards/.attempt-0-ghijkl");
  fs::remove_all(work + "/plan");
  fs::remove_all(work + "/shards/0");
  ASSERT_EQ(plan(1, {"--format", "nii"}).exit_status, 0);
  extension = ".nii";
  expect_made(all_images);
  expect_one_process({"--format", "nii"});
}

// Of its files one cannot be decoded, which is found out once more.
TEST_F(ResumedShards, KnowAnImageThatWasMadeWithoutSomeOfItsFiles) {
  const PhantomSeries some{.series_uid = "1.2.3.7",
                           .transfer_syntax = std::string(transfer_syntax::jpeg_ls)};
  damage_frame(write_phantom_series(some, input + "/some")[4]);
  ASSERT_EQ(plan(1).exit_status, 0);
  extension = "/records";
  kill_at(1);
  extension = ".mhd";
  all_images = 5;
  expect_made(0);
  expect_one_process();
  EXPECT_THAT(bytes_of(output + "/report.json"), HasSubstr("decode_failed"));
}

}  // namespace
}  // namespace dcmflow
