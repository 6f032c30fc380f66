// Inputs, and paths of a list, that lie within each other. The catalogue has each path once.

#include <gmock/gmock.h>

#include "test-data/phantom.h"
#include "tests/pipeline/pipeline_scene.h"
#include "tests/support/pack_archive.h"

namespace dcmflow {
namespace {

using testing::HasSubstr;
using namespace std::string_literals;

class RepeatedInputs : public PipelineScene {
 protected:
  void SetUp() override {
    write_phantom_series({.series_uid = "1.2.3.1"}, folder / "a");
    write_bytes(folder / "a/note.txt", "hello");
    files = names_in(folder / "a").size();
  }
  ProgramRun run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), DCMFLOW_PROGRAM);
    return run_program({.command = arguments, .input = "", .working_folder = folder.path()});
  }

  std::size_t files = 0;
};

TEST_F(RepeatedInputs, AreToldOnce) {
  write_bytes(folder / "list", "a/note.txt\n");
  for (const std::vector<std::string>& inputs : {std::vector<std::string>{"a", "a/note.txt"},
                                                 {"a/note.txt", "a"},
                                                 {"a", "a", "a", "a/note.txt", "a/note.txt"},
                                                 {"a/note.txt", "a", "--files-from", "list"}}) {
    auto words = inputs;
    words.insert(words.end(), {"-o", "out"});
    const auto one = run(words);
    ASSERT_EQ(one.exit_status, 0) << one.errors;
    expect_accounted(files);
    EXPECT_EQ(disposition("a/note.txt"), "not_dicom");
    EXPECT_FALSE(json("report.json")["counts"].contains("same_file"));
    EXPECT_TRUE(std::filesystem::exists(output + "/.dcmflow/catalogue.sqlite"));
  }
}

TEST_F(RepeatedInputs, WhatIsNotInTheFolderIsTold) {
  write_bytes(folder / "list", "a/gone\na/out/other\n");
  std::filesystem::create_directory(folder / "a/out");
  write_bytes(folder / "a/out/other", "hello");
  ASSERT_EQ(run({"a", "--files-from", "list", "-o", "a/out"}).exit_status, 0);
  const auto report = bytes_of(folder / "a/out/report.json");
  EXPECT_THAT(report, HasSubstr("in the output folder, not read"));
  EXPECT_THAT(report, HasSubstr("a/gone"));
}

// The output folder within the input: its own results are no input, and DICOM files of others in it
// are not passed over in silence, whatever a run before found there.
TEST_F(RepeatedInputs, DicomInTheOutputFolderIsTold) {
  for (int i = 0; i < 2; ++i) {
    const auto quiet = run({"a", "a/out"});
    ASSERT_EQ(quiet.exit_status, 0) << quiet.errors;
    EXPECT_EQ(read_json(folder / "a/out/report.json")["counts"]["discovered"], files);
    EXPECT_EQ(quiet.errors.find("not read"), std::string::npos) << quiet.errors;
  }
  write_phantom_series({.series_uid = "1.2.3.2"}, folder / "a/out/received");
  std::map<std::string, std::string> first;
  for (const std::vector<std::string>& options :
       {std::vector<std::string>{}, {}, {"--resume"}, {"--strict"}}) {
    std::vector<std::string> words{"a", "a/out"};
    words.insert(words.end(), options.begin(), options.end());
    const auto told = run(words);
    ASSERT_EQ(told.exit_status, 0) << told.errors;
    const Json report = read_json(folder / "a/out/report.json");
    EXPECT_EQ(report["counts"]["discovered"], files + 1);
    EXPECT_EQ(report["counts"]["special_file"], 1);
    EXPECT_THAT(bytes_of(folder / "a/out/report.json"), HasSubstr("\"out\""));
    if (options != std::vector<std::string>{"--resume"}) {
      EXPECT_THAT(told.errors, HasSubstr("out: the output folder, not read, and DICOM files"));
    }
    if (options.empty() && !first.empty()) {
      EXPECT_EQ(contents(folder / "a/out"), first);
    }
    if (options.empty()) first = contents(folder / "a/out");
  }
}

TEST_F(RepeatedInputs, AnArchiveThatIsNamedBesideItsFolderIsOpened) {
  pack_archive(folder / "a/x.zip", "zip", {{"note", "hello"}});
  ASSERT_EQ(run({"a", "a/x.zip", "-o", "out"}).exit_status, 0);
  EXPECT_EQ(disposition("a/x.zip/note"), "not_dicom");
  expect_accounted(files + 1);
}

TEST_F(RepeatedInputs, AListOfUtf16IsNotRead) {
  write_bytes(folder / "list", "\xFF\xFE/\0a\0\r\0\n\0"s);
  const auto refused = run({"--files-from", "list", "out"});
  EXPECT_EQ(refused.exit_status, 4);
  EXPECT_THAT(refused.errors, HasSubstr("write it as UTF-8"));
}

}  // namespace
}  // namespace dcmflow
