// plan, shard run and merge: the outputs are those of one process, whatever the shards went
// through.

#include <gmock/gmock.h>

#include "tests/pipeline/shards_scene.h"

namespace dcmflow {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST_F(Shards, MakeTheOutputsOfOneProcess) {
  for (const int shards : {1, 3, 9}) {
    SCOPED_TRACE(shards);
    fs::remove_all(work);
    ASSERT_EQ(plan(shards).exit_status, 0);
    run_all(shards);
    expect_one_process();
  }
  EXPECT_TRUE(fs::exists(output + "/1.2.3.1_study2.mhd"));
}

TEST_F(Shards, KeepTheOptionsOfThePlan) {
  const std::vector<std::string> options{"--format", "nii.gz",   "--bids", "--report", "--sha256",
                                         "all",      "--tables", "csv",    "--explain"};
  ASSERT_EQ(plan(2, options).exit_status, 0);
  run_all(2);
  expect_one_process(options);
}

// The old header goes before the new voxels come, as where one process makes them.
TEST_F(Shards, NoPairIsOfTwoRunsWhereTheMergeIsKilled) {
  if (std::string(DCMFLOW_BREAK_FILES).empty()) GTEST_SKIP() << "nothing can be loaded before";
  write_phantom_series({.series_uid = "1.2.3.4", .slices = 6}, folder / "earlier");
  ASSERT_EQ(run_dcmflow({"run", folder / "earlier", output, "--format", "mhd"}).exit_status, 0);
  const auto earlier = std::filesystem::file_size(output + "/1.2.3.4.raw");
  ASSERT_EQ(plan(1, {"--format", "mhd"}).exit_status, 0);
  run_all(1);
  const auto killed = run_dcmflow({"merge", work, output}, {{"LD_PRELOAD", DCMFLOW_BREAK_FILES},
                                                            {"BREAK_ON", "rename"},
                                                            {"BREAK_NAME", "1.2.3.4.mhd"},
                                                            {"BREAK_BY", "kill"}});
  EXPECT_NE(killed.exit_status, 0);
  EXPECT_NE(fs::file_size(output + "/1.2.3.4.raw"), earlier);
  EXPECT_FALSE(fs::exists(output + "/1.2.3.4.mhd"));
  expect_one_process({"--format", "mhd"});
}

// How large they are follows from the number of images of the whole run.
TEST_F(Shards, TakeThePicturesOfOneProcess) {
  write_phantom_series({.series_uid = "1.2.3.7", .columns = 200, .rows = 170, .slices = 2},
                       input + "/large");
  for (int number = 0; number < 201; ++number)
    write_phantom_series({.series_uid = "1.2.4." + std::to_string(number), .slices = 1},
                         input + "/small");
  ASSERT_EQ(plan(3, {"--report"}).exit_status, 0);
  run_all(3);
  expect_one_process({"--report"});
}

// Not even for sidecars, which are made of more than a plan has.
TEST_F(Shards, AreMergedWithoutTheInput) {
  ASSERT_EQ(plan(2, {"--bids"}).exit_status, 0);
  run_all(2);
  const std::string alone = folder / "alone";
  ASSERT_EQ(run_dcmflow({"run", input, alone, "--bids"}).exit_status, 0);
  fs::rename(input, folder / "away");
  const auto merged = merge();
  ASSERT_EQ(merged.exit_status, 0) << merged.errors;
  EXPECT_EQ(contents(output), contents(alone));
  // Nor is it looked for where it is.
  fs::rename(folder / "away", input);
  if (std::string(DCMFLOW_BREAK_FILES).empty()) return;
  const std::string log = folder / "log";
  ASSERT_EQ(run_dcmflow({"merge", work, output},
                        {{"LD_PRELOAD", DCMFLOW_BREAK_FILES}, {"BREAK_LOG", log}})
                .exit_status,
            0);
  EXPECT_THAT(bytes_of(log), HasSubstr("open " + work + "/plan/plan.json"));
  EXPECT_THAT(bytes_of(log), Not(HasSubstr(input)));
}

// A run by one process goes on where the merge ended, as after a run of its own.
TEST_F(Shards, AreWhereAResumedRunGoesOn) {
  ASSERT_EQ(plan(3).exit_status, 0);
  run_all(3);
  ASSERT_EQ(merge().exit_status, 0);
  const auto merged = contents(output);
  const auto same = run_dcmflow({"run", input, output, "--resume"});
  EXPECT_EQ(same.exit_status, 0);
  EXPECT_THAT(same.errors, HasSubstr("nothing is made again"));
  EXPECT_EQ(contents(output), merged);
  write_phantom_series({.series_uid = "1.2.3.7", .slices = 3}, input + "/new");
  ASSERT_EQ(run_dcmflow({"run", input, output, "--resume"}).exit_status, 0);
  EXPECT_EQ(ask(output, "SELECT name FROM images WHERE run = (SELECT max(id) FROM runs)").dump(),
            R"([{"name":"1.2.3.7.mhd"}])");
  const std::string alone = folder / "alone";
  ASSERT_EQ(run_dcmflow({"run", input, alone}).exit_status, 0);
  EXPECT_EQ(contents(output), contents(alone));
  EXPECT_EQ(tables(output), tables(alone));
}

TEST_F(Shards, PassOnWhichFilesCannotBeDecoded) {
  const PhantomSeries some{.series_uid = "1.2.3.7",
                           .transfer_syntax = std::string(transfer_syntax::jpeg_ls)};
  damage_frame(write_phantom_series(some, input + "/some")[4]);
  const PhantomSeries all{.series_uid = "1.2.3.8",
                          .transfer_syntax = std::string(transfer_syntax::jpeg_ls)};
  for (const auto& path : write_phantom_series(all, input + "/all")) damage_frame(path);
  ASSERT_EQ(plan(4).exit_status, 0);
  run_all(4);
  expect_one_process();
  EXPECT_THAT(bytes_of(output + "/report.json"), HasSubstr("decode_failed"));
}

// As many bytes in each, but one takes longer to decode than all others together.
TEST_F(Shards, ShareTheTimeThatSeriesTake) {
  fs::remove_all(input);
  std::uint64_t state = 1;
  const auto noise = [&](const auto&) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<double>(state >> 52);
  };
  for (int number = 1; number <= 5; ++number)
    write_phantom_series(
        {.series_uid = "1.2.3." + std::to_string(number),
         .columns = 256,
         .rows = 256,
         .slices = 4,
         .transfer_syntax =
             std::string(number == 3 ? transfer_syntax::jpeg_ls : transfer_syntax::explicit_little),
         .value = noise},
        input);
  ASSERT_EQ(plan(2).exit_status, 0);
  run_all(2);
  EXPECT_EQ(names_in(work + "/shards/0/images"),
            (std::vector<std::string>{"1.2.3.3.mhd", "1.2.3.3.raw"}));
}

TEST_F(Shards, AreDoneOnce) {
  ASSERT_EQ(plan(2).exit_status, 0);
  EXPECT_EQ(plan(2).exit_status, 0);
  EXPECT_EQ(plan(3).exit_status, 2);
  run_all(2);
  const auto again = shard(0);
  EXPECT_EQ(again.exit_status, 0);
  EXPECT_THAT(again.errors, HasSubstr("done already"));
  EXPECT_EQ(shard(2).exit_status, 2);
}

TEST_F(Shards, ThatAreMissingOrChangedAreNamedAndNothingIsMerged) {
  ASSERT_EQ(plan(3).exit_status, 0);
  EXPECT_EQ(shard(0).exit_status, 0);
  const auto early = merge();
  EXPECT_EQ(early.exit_status, 75);
  EXPECT_THAT(early.errors, HasSubstr("shard 1: it is not done; run it: dcmflow shard run " + work +
                                      " --shard 1"));
  EXPECT_THAT(early.errors, HasSubstr("shard 2: it is not done"));
  EXPECT_THAT(early.errors, Not(HasSubstr("shard 0")));
  EXPECT_FALSE(fs::exists(output + "/report.json"));
  run_all(3);
  write_bytes(work + "/shards/1/records", "other");
  const auto other = merge();
  EXPECT_EQ(other.exit_status, 75);
  EXPECT_THAT(other.errors,
              HasSubstr("shard 1: " + work + "/shards/1/records is not what was written; remove " +
                        work + "/shards/1 and run it again"));
  fs::remove_all(work + "/shards/1");
  EXPECT_EQ(shard(1).exit_status, 0);
  for (const auto& image : fs::directory_iterator(work + "/shards/2/images"))
    fs::resize_file(image.path(), 3);
  EXPECT_EQ(merge().exit_status, 75);
  fs::remove_all(work + "/shards/2");
  EXPECT_EQ(shard(2).exit_status, 0);
  expect_one_process();
  expect_one_process();  // again, into the same folder
}

TEST_F(Shards, WhoseVoxelsChangedUnderTheSameSizeAndTimeAreNamed) {
  const std::vector<std::string> options{"--sha256", "all"};
  ASSERT_EQ(plan(2, options).exit_status, 0);
  run_all(2);
  std::string image;
  for (const auto& entry : fs::recursive_directory_iterator(work + "/shards"))
    if (entry.path().filename() == "1.2.3.2.raw") image = entry.path();
  const auto time = fs::last_write_time(image);
  auto bytes = bytes_of(image);
  bytes.back() = static_cast<char>(~bytes.back());
  write_bytes(image, bytes);
  fs::last_write_time(image, time);
  const auto refused = merge();
  EXPECT_EQ(refused.exit_status, 75);
  EXPECT_THAT(refused.errors, HasSubstr(image + " is not what was written"));
  EXPECT_FALSE(fs::exists(output));
  bytes.back() = static_cast<char>(~bytes.back());
  write_bytes(image, bytes);
  fs::last_write_time(image, time);
  expect_one_process(options);
}

TEST_F(Shards, KnowAPlanThatWasChanged) {
  ASSERT_EQ(plan(2).exit_status, 0);
  EXPECT_EQ(shard(0).exit_status, 0);
  const auto path = work + "/plan/plan.json";
  const auto text = bytes_of(path);
  auto other = text;
  other.replace(other.find("/input"), 6, "/inpot");
  write_bytes(path, other);
  for (const auto& run : {shard(1), merge()}) {
    EXPECT_EQ(run.exit_status, 70);
    EXPECT_THAT(run.errors, HasSubstr(path + ": is not what was written"));
  }
  write_bytes(path, text);
  write_bytes(work + "/plan/1.headers", bytes_of(work + "/plan/0.headers"));
  EXPECT_EQ(shard(1).exit_status, 70);
}

TEST_F(Shards, TakeTheirNumberFromWhoeverStartsThem) {
  ASSERT_EQ(plan(2).exit_status, 0);
  EXPECT_EQ(run_dcmflow({"shard", "run", work, "--shard", "auto"}).exit_status, 2);
  EXPECT_EQ(run_dcmflow({"shard", "run", work, "--shard", "auto"}, {{"SLURM_ARRAY_TASK_ID", "1"}})
                .exit_status,
            0);
  EXPECT_TRUE(fs::exists(work + "/shards/1/manifest.json"));
  const std::string trace = folder / "trace.json";
  EXPECT_EQ(run_dcmflow({"shard", "run", work, "--shard", "auto", "--trace", trace},
                        {{"JOB_COMPLETION_INDEX", "0"}})
                .exit_status,
            0);
  EXPECT_THAT(bytes_of(trace), HasSubstr("assemble_volume"));
  expect_one_process();
}

// The plan has a copy, of whichever source they came from.
TEST_F(Shards, KeepTheRulesOfThePlan) {
  const std::string rules = folder / "rules.json", others = folder / "others.json";
  const auto text = R"({"selections": [{"name": "ä", "conditions": {"Modality": "MR"}}]})";
  write_bytes(rules, text);
  ASSERT_EQ(plan(2, {"--rules=" + rules}).exit_status, 0);
  const auto again =
      run_dcmflow({"plan", input, work, "--shards", "2"}, {{"DCMFLOW_RULES", rules}});
  EXPECT_EQ(again.exit_status, 0) << "that is the same plan";
  write_bytes(others, R"({"selections": [{"name": "b", "conditions": {"Modality": "CT"}}]})");
  EXPECT_EQ(plan(2, {"--rules", others}).exit_status, 2) << "that is another";
  fs::remove(rules);
  run_all(2);
  EXPECT_EQ(merge().exit_status, 0);
  write_bytes(rules, text);
  expect_one_process({"--rules", rules});
}

// And of the files that options name, whatever a machine has under their names.
TEST_F(Shards, KeepTheFilesOfThePlan) {
  const std::string attributes = folder / "attributes.json", here = folder / "here";
  const std::string begin = R"({"attributes": [{"path": "DistanceSourceToDetector", "keyword": ")";
  write_bytes(attributes, begin + R"(Far"}]})");
  ASSERT_EQ(plan(2, {"--attributes", attributes}).exit_status, 0);
  write_bytes(attributes, begin + R"(Near"}]})");
  EXPECT_EQ(plan(2, {"--attributes", attributes}).exit_status, 2) << "that is another plan";
  // Rules that are found without being named, of which the plan had none.
  write_bytes(here + "/config/selection-rules.json",
              R"({"selections": [{"name": "a", "conditions": {"Modality": "MR"}}]})");
  const auto other = run_program(
      {.command = {DCMFLOW_PROGRAM, "shard", "run", work, "--shard", "0"}, .working_folder = here});
  EXPECT_EQ(other.exit_status, 0) << other.errors;
  fs::remove(attributes);
  EXPECT_EQ(shard(1).exit_status, 0);
  write_bytes(attributes, begin + R"(Far"}]})");
  EXPECT_EQ(plan(2, {"--attributes=" + attributes}).exit_status, 0) << "that is the same plan";
  expect_one_process({"--attributes", attributes});
  const auto text = bytes_of(work + "/plan/attributes");
  write_bytes(work + "/plan/attributes", text + '\n');
  const auto changed = merge();
  EXPECT_EQ(changed.exit_status, 70);
  EXPECT_THAT(changed.errors, HasSubstr(work + "/plan/attributes: is not what was written"));
}

TEST_F(Shards, KeepTheOptionsOfTheConversion) {
  ASSERT_EQ(plan(1).exit_status, 0);
  EXPECT_EQ(run_dcmflow({"shard", "run", work, "--shard", "0", "--format", "nii"}).exit_status, 2);
}

// Of the plan, whatever is set where a shard runs; but what says how a machine works is its own.
TEST_F(Shards, KeepTheVariablesOfThePlan) {
  const std::map<std::string, std::string> variables{{"NVIDIA_CLARA_IMAGE_FORMAT", "nii"},
                                                     {"DCMFLOW_BIDS", "yes"}};
  ASSERT_EQ(run_dcmflow({"plan", input, work, "--shards", "1"}, variables).exit_status, 0);
  const auto run = run_dcmflow({"shard", "run", work, "--shard", "0"},
                               {{"DCMFLOW_FORMAT", "mhd"},
                                {"DCMFLOW_STRICT", "yes"},
                                {"DCMFLOW_THREADS", "2"},
                                {"NVIDIA_CLARA_SELECTION_RULES_FILE", "/nowhere"}});
  EXPECT_EQ(run.exit_status, 0) << run.errors;
  expect_one_process({"--format", "nii", "--bids"});
  EXPECT_EQ(plan(1).exit_status, 2) << "that is another plan";
}

TEST_F(Shards, RefuseWhatOneProcessAloneCanDo) {
  for (const std::string option : {"--dry-run", "--resume", "--watch", "--dicom-json"}) {
    const auto run = plan(2, {option});
    EXPECT_EQ(run.exit_status, 2);
    EXPECT_THAT(run.errors, HasSubstr(option + ": a run in shards does not know it"));
  }
  const auto variable =
      run_dcmflow({"plan", input, work, "--shards", "2"}, {{"DCMFLOW_DICOM_JSON", "yes"}});
  EXPECT_EQ(variable.exit_status, 2);
  EXPECT_THAT(variable.errors, HasSubstr("DCMFLOW_DICOM_JSON: "));
  const auto several = run_dcmflow({"plan", input + "/a", input + "/b", work, "--shards", "2"});
  EXPECT_EQ(several.exit_status, 2);
  EXPECT_THAT(several.errors, HasSubstr("found 2 inputs, a run in shards takes one"));
  EXPECT_FALSE(fs::exists(work + "/plan"));
}

TEST_F(Shards, NameImagesAsOneProcessAndTellNoLog) {
  for (const std::string uid : {"1.2.3.7", "1.2.3.8"})
    write_phantom_series({.series_uid = uid, .series_description = "secret", .slices = 3},
                         input + "/" + uid);
  const std::vector<std::string> options{"--name", "{SeriesDescription}"};
  const auto planned = plan(3, options);
  ASSERT_EQ(planned.exit_status, 0);
  std::string told = planned.errors;
  for (int number = 0; number < 3; ++number) told += shard(number).errors;
  std::string image;
  for (const auto& entry : fs::recursive_directory_iterator(work + "/shards"))
    if (entry.path().filename() == "secret_2.raw") image = entry.path();
  const auto bytes = bytes_of(image);
  const auto time = fs::last_write_time(image);
  fs::resize_file(image, 3);
  const auto refused = merge();
  EXPECT_EQ(refused.exit_status, 75);
  EXPECT_THAT(refused.errors, HasSubstr("/images/(an image) is not what was written"));
  write_bytes(image, bytes);
  fs::last_write_time(image, time);
  const auto merged = merge();
  EXPECT_THAT(merged.errors, HasSubstr("name_taken"));
  EXPECT_THAT(told + refused.errors + merged.errors, Not(HasSubstr("secret")));
  expect_one_process(options);
}

}  // namespace
}  // namespace dcmflow
