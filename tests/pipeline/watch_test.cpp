// --watch: a folder that grows becomes what one run over it would make, series by series.

#include <gmock/gmock.h>

#include "tests/pipeline/watch_scene.h"

namespace dcmflow {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Watch : public WatchedFolder {};

TEST_F(Watch, ConvertsWhatIsThereWhenItIsQuiet) {
  deliver(prepare({.series_uid = "1.2.3.1"}, "a"));
  deliver(
      prepare({.modality = "MR", .series_uid = "1.2.3.2", .slices = 5, .first_number = 50}, "b"));
  write_bytes(input + "/note.txt", "hello");
  write_bytes(input + "/empty", "");
  watch();
  expect_rounds(1);
  const auto run = end();
  EXPECT_EQ(run.exit_status, 0) << run.errors;
  EXPECT_THAT(run.errors, HasSubstr("ended by signal 15, exit_code=0"));
  expect_accounted(15);
  expect_fresh();
}

TEST_F(Watch, WaitsForTheFirstFile) {
  watch("0.2");
  pause(1);
  EXPECT_EQ(rounds(), 0U);
  EXPECT_EQ(names_in(output), std::vector<std::string>());
  deliver(prepare({}, "a"));
  expect_rounds(1);
  EXPECT_EQ(end(SIGINT).exit_status, 0);
  expect_fresh();
}

// The files have names in no order of space.
TEST_F(Watch, FilesThatArriveSlowlyAreConvertedOnceTheLastIsThere) {
  watch("2");
  deliver(prepare({.slices = 12}, "a"), 0.25);
  expect_rounds(1);
  EXPECT_EQ(slices_of("1.2.3.4"), 12U);
  EXPECT_EQ(rounds(), 1U) << program->errors();
  EXPECT_EQ(end().exit_status, 0);
  expect_fresh();
}

TEST_F(Watch, AFileThatGrowsIsNotReadBefore) {
  const auto paths = prepare({.columns = 64, .rows = 64, .slices = 4}, "a");
  watch("2");
  deliver({paths.begin(), paths.end() - 1});
  const auto bytes = bytes_of(paths.back());
  const auto grown = input + "/" + fs::path(paths.back()).filename().string();
  constexpr std::size_t pieces = 12;
  for (std::size_t i = 0; i < pieces; ++i) {
    std::ofstream(grown, std::ios::binary | std::ios::app) << bytes.substr(
        i * bytes.size() / pieces, (i + 1) * bytes.size() / pieces - i * bytes.size() / pieces);
    pause(0.25);
  }
  expect_rounds(1);
  EXPECT_EQ(rounds(), 1U) << program->errors();
  EXPECT_EQ(slices_of("1.2.3.4"), 4U);
  EXPECT_EQ(json("report.json")["counts"], (Json{{"discovered", 4}, {"converted", 4}}));
  end();
  expect_fresh();
}

TEST_F(Watch, ASeriesThatWaitsKeepsNoOtherWaiting) {
  const auto slow = prepare({.series_uid = "1.2.3.1", .slices = 60}, "a");
  watch("1");
  deliver(prepare({.series_uid = "1.2.3.2", .first_number = 90}, "b"));
  std::size_t sent = 0;
  for (; sent < slow.size() && rounds() == 0; ++sent) deliver({slow[sent]}, 0.15);
  ASSERT_LT(sent, slow.size()) << program->errors();
  EXPECT_EQ(slices_of("1.2.3.2"), 8U);
  EXPECT_EQ(slices_of("1.2.3.1"), 0U);
  // What waits is not told of: it is of a later round.
  expect_accounted(8);
  deliver({slow.begin() + static_cast<std::ptrdiff_t>(sent), slow.end()});
  expect_rounds(2);
  EXPECT_EQ(slices_of("1.2.3.1"), 60U);
  end();
  expect_fresh();
}

// A file of a series is half written over, two are gone, one of them for long, another comes, and
// another series is converted meanwhile: what was made of the first stays until all of that is
// over.
TEST_F(Watch, ASeriesThatChangesStaysWhatItWasUntilItIsQuiet) {
  const auto first = prepare({.series_uid = "1.2.3.1"}, "a");
  const auto more = prepare({.series_uid = "1.2.3.1", .slices = 10}, "more");
  deliver(first);
  watch("1.5");
  expect_rounds(1);
  const auto before = bytes_of(output + "/1.2.3.1.raw");
  const auto made = fs::last_write_time(output + "/1.2.3.1.raw");
  const auto name = [&](const std::string& path) {
    return input + "/" + fs::path(path).filename().string();
  };
  fs::remove(name(first[1]));
  deliver(prepare({.series_uid = "1.2.3.2", .first_number = 90}, "b"));
  const auto whole = bytes_of(first[0]);
  const auto last = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  for (std::size_t i = 0; rounds() == 1; ++i) {
    ASSERT_LT(std::chrono::steady_clock::now(), last) << program->errors();
    write_bytes(name(first[0]), whole.substr(0, whole.size() / 2 + i));
    if (i == 4) fs::remove(name(first[2]));
    if (i == 5) write_bytes(input + "/" + "further.dcm", bytes_of(more.back()));
    pause(0.2);
  }
  EXPECT_EQ(slices_of("1.2.3.2"), 8U);
  EXPECT_EQ(slices_of("1.2.3.1"), 8U);
  EXPECT_EQ(bytes_of(output + "/1.2.3.1.raw"), before);
  EXPECT_EQ(fs::last_write_time(output + "/1.2.3.1.raw"), made);
  EXPECT_EQ(disposition(fs::path(first[0]).filename()), "converted");
  EXPECT_EQ(disposition(fs::path(first[1]).filename()), "converted");
  EXPECT_EQ(disposition(fs::path(first[2]).filename()), "converted");
  expect_accounted(16);
  EXPECT_TRUE(fs::exists(output + "/selected-images.json"));
  fs::remove(input + "/further.dcm");
  deliver(more);
  expect_rounds(3);
  EXPECT_EQ(slices_of("1.2.3.1"), 10U);
  end();
  expect_fresh();
}

// The content of a file becomes one of another series, to which files come: it is in neither twice.
TEST_F(Watch, AFileThatMovesToAnotherSeriesTiesTheTwo) {
  const auto first = prepare({.series_uid = "1.2.3.1"}, "a");
  const auto other = prepare({.series_uid = "1.2.3.2", .slices = 40}, "b");
  deliver(first);
  watch("1.5");
  expect_rounds(1);
  const auto moved = fs::path(first[0]).filename().string();
  write_bytes(input + "/" + moved, bytes_of(other[0]));
  write_bytes(input + "/note.txt", "hello");  // so that there is another round before
  for (std::size_t i = 1; i < other.size() && rounds() == 1; ++i) {
    write_bytes(input + "/b/" + std::to_string(i), bytes_of(other[i]));
    pause(0.2);
  }
  EXPECT_EQ(rounds(), 2U) << program->errors();
  expect_accounted(9);
  EXPECT_EQ(slices_of("1.2.3.1"), 8U);
  EXPECT_EQ(slices_of("1.2.3.2"), 0U);
  for (std::size_t i = 1; i < other.size(); ++i)
    write_bytes(input + "/b/" + std::to_string(i), bytes_of(other[i]));
  expect_rounds(3);
  EXPECT_EQ(slices_of("1.2.3.2"), 40U);
  end();
  expect_fresh();
}

TEST_F(Watch, FilesThatArriveTwiceAreOnce) {
  const auto paths = prepare({}, "a");
  watch("0.5");
  deliver(paths);
  deliver(paths);
  expect_rounds(1);
  deliver(paths);                     // over themselves
  deliver_as("again.dcm", paths[0]);  // and beside
  expect_rounds(2);
  const auto is_told = [&] {
    return text_of("report.json").find("duplicate_identical") != std::string::npos;
  };
  EXPECT_TRUE(wait_for(is_told)) << program->errors();
  end();
  EXPECT_EQ(slices_of("1.2.3.4"), 8U);
  expect_fresh();
}

TEST_F(Watch, FilesAndFoldersMayBeRenamedIntoPlace) {
  const auto files = prepare({.series_uid = "1.2.3.1"}, "a");
  prepare({.series_uid = "1.2.3.2"}, "b");
  watch("1");
  for (const auto& path : files) {
    const auto name = fs::path(path).filename().string();
    fs::rename(path, input + "/." + name + ".part");
    fs::rename(input + "/." + name + ".part", input + "/" + name);
  }
  fs::rename(folder / "b", input + "/b");
  expect_rounds(1);
  EXPECT_TRUE(wait_for([&] { return slices_of("1.2.3.2") == 8; }));
  // A folder takes another name, and then another's place.
  fs::rename(input + "/b", input + "/c");
  EXPECT_TRUE(wait_for([&] { return text_of("report.json").find("\"c/") != std::string::npos; }));
  deliver(prepare({.series_uid = "1.2.3.3", .first_number = 90}, "d"));
  EXPECT_TRUE(wait_for([&] { return slices_of("1.2.3.3") == 8; }));
  end();
  expect_fresh();
}

TEST_F(Watch, WhatIsGoneIsTakenOut) {
  deliver(prepare({.series_uid = "1.2.3.1"}, "a"));
  for (const auto& path : prepare({.series_uid = "1.2.3.2"}, "b"))
    deliver_as("b/" + fs::path(path).filename().string(), path);
  watch();
  expect_rounds(1);
  fs::remove_all(input + "/b");
  EXPECT_TRUE(wait_for([&] { return !fs::exists(output + "/1.2.3.2.mhd"); }));
  expect_rounds(2);
  // But where all is gone the storage may be: then what was made stays.
  for (const auto& name : names_in(input)) fs::remove(input + "/" + name);
  pause(2);
  EXPECT_EQ(slices_of("1.2.3.1"), 8U);
  EXPECT_TRUE(fs::exists(output + "/selected-images.json"));
  EXPECT_EQ(end().exit_status, 0);
}

// As of a folder on a network: nobody tells of changes.
TEST_F(Watch, AFolderOfWhichTheSystemTellsNothingIsLookedThrough) {
  const std::string script = "echo 0 > /proc/sys/user/max_inotify_instances && exec \"$@\"";
  const auto unshared = [&](std::vector<std::string> command) {
    command.insert(command.begin(),
                   {"unshare", "--user", "--map-root-user", "bash", "-c", script, "bash"});
    return ProgramCall{.command = std::move(command), .working_folder = "/"};
  };
  if (run_program(unshared({"true"})).exit_status != 0)
    GTEST_SKIP() << "this user cannot forbid inotify";
  program = std::make_unique<RunningProgram>(
      unshared({DCMFLOW_PROGRAM, input, output, "--watch", "--settle", "1"}));
  ASSERT_TRUE(wait_for([&] { return has_logged("watch: waiting"); })) << program->errors();
  EXPECT_TRUE(has_logged("the system tells of no changes"));
  pause(0.5);
  deliver(prepare({}, "a"));
  expect_rounds(1);
  EXPECT_EQ(end().exit_status, 0);
  expect_fresh();
}

// Its own results are no input.
TEST_F(Watch, TheOutputMayLieInTheInput) {
  deliver(prepare({}, "a"));
  const auto program_run = std::make_unique<RunningProgram>(
      ProgramCall{.command = {DCMFLOW_PROGRAM, input, input + "/out", "--watch", "--settle", "0.3"},
                  .working_folder = "/"});
  EXPECT_TRUE(wait_for([&] { return fs::exists(input + "/out/selected-images.json"); }));
  pause(2);
  program_run->send(SIGTERM);
  const auto run = program_run->wait();
  EXPECT_EQ(run.exit_status, 0) << run.errors;
  EXPECT_EQ(run.errors.find(" done: "), run.errors.rfind(" done: ")) << run.errors;
  EXPECT_EQ(read_json(input + "/out/report.json")["counts"]["discovered"], 8);
}

}  // namespace
}  // namespace dcmflow
