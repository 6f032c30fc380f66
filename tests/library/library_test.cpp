// dcmflow.h against the real program and real folders.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "dcmflow.h"
#include "test_paths.h"

namespace {

namespace fs = std::filesystem;
using dcmflow::Failure;
using dcmflow::Program;
using dcmflow::Summary;
using dcmflow::Volume;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string sample = DCMFLOW_SOURCE_DIR "/test-data/dcm";

class Library : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "dcmflow-library-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder = name;
  }
  void TearDown() override { fs::remove_all(folder); }

  std::string in_folder(const std::string& name) const { return folder + '/' + name; }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(in_folder(name)) << text;
  }
  std::string read(const std::string& name) const {
    std::stringstream text;
    text << std::ifstream(in_folder(name)).rdbuf();
    return text.str();
  }
  // A program that does this in place of dcmflow.
  Program script(const std::string& commands) const {
    write("script", "#!/bin/sh\n" + commands + '\n');
    fs::permissions(in_folder("script"), fs::perms::owner_all);
    return Program(in_folder("script"));
  }

  std::string folder;
  const Program program{DCMFLOW_PROGRAM};
};

template <class T>
Failure failure(const dcmflow::Answer<T>& answer) {
  const auto* found = std::get_if<Failure>(&answer);
  return found ? *found : Failure{-1, "is no failure"};
}

TEST_F(Library, ConvertsAndTellsWhatCameOut) {
  const auto answer = program.convert(sample, in_folder("out"), {"--format", "nii"});
  ASSERT_TRUE(std::holds_alternative<Summary>(answer)) << failure(answer).message;
  const auto& summary = std::get<Summary>(answer);
  EXPECT_EQ(summary.exit_code, 0);
  std::size_t images = 0;
  for (const auto& series : summary.series)
    for (const auto& image : series.images) {
      EXPECT_TRUE(fs::exists(in_folder("out/" + image.file)));
      EXPECT_GT(image.size[2], 0);
      ++images;
    }
  EXPECT_EQ(images, 2U);
}

TEST_F(Library, ListsWhatItWouldMakeAndWritesNothing) {
  const auto listed = program.list(sample, {"--format", "nii"});
  ASSERT_TRUE(std::holds_alternative<Summary>(listed)) << failure(listed).message;
  const auto& series = std::get<Summary>(listed).series;
  ASSERT_EQ(series.size(), 3U);
  EXPECT_EQ(series.front().modality, "CT");
  EXPECT_EQ(series.front().images.front().file, "2.25.7000.1.1.nii");
  EXPECT_EQ(series.front().files, 19);
  EXPECT_TRUE(fs::is_empty(folder));
}

TEST_F(Library, ReadsWhereEachVolumeLies) {
  ASSERT_TRUE(
      std::holds_alternative<Summary>(program.convert(sample, in_folder("out"), {"-f", "mhd"})));
  const auto answer = dcmflow::read_volumes(in_folder("out"));
  ASSERT_TRUE(std::holds_alternative<std::vector<Volume>>(answer)) << failure(answer).message;
  const auto& volumes = std::get<std::vector<Volume>>(answer);
  ASSERT_EQ(volumes.size(), 2U);
  const auto& volume = volumes.front();
  EXPECT_EQ(volume.path, in_folder("out/2.25.7000.1.1.mhd"));
  EXPECT_EQ(volume.paths.size(), 2U);
  EXPECT_THAT(volume.size, ElementsAre(64, 48, 19));
  EXPECT_EQ(volume.voxel_type, "int16");
  const auto lps = dcmflow::affine_lps(volume);
  EXPECT_THAT(lps[0], ElementsAre(0.7, 0, 0, -22.05));
  EXPECT_THAT(lps[2], ElementsAre(0, 0, 2.5, -22.5));
  const auto ras = dcmflow::affine_ras(volume);
  EXPECT_THAT(ras[0], ElementsAre(-0.7, 0, 0, 22.05));
  EXPECT_THAT(ras[2], ElementsAre(0, 0, 2.5, -22.5));
  EXPECT_THAT(ras[3], ElementsAre(0, 0, 0, 1));
}

TEST_F(Library, ReadsVolumesInTheFoldersOfALayout) {
  ASSERT_TRUE(std::holds_alternative<Summary>(program.convert(
      sample, in_folder("out"), {"-f", "nii", "--layout", "{Modality}/{SeriesNumber}"})));
  const auto answer = dcmflow::read_volumes(in_folder("out"));
  ASSERT_TRUE(std::holds_alternative<std::vector<Volume>>(answer)) << failure(answer).message;
  for (const auto& volume : std::get<std::vector<Volume>>(answer))
    EXPECT_EQ(volume.path.find(in_folder("out/")), 0U) << volume.path;
}

TEST_F(Library, TakesFoldersThatLookLikeOptionsAndVerbs) {
  fs::copy(sample + "/study1", in_folder("list"), fs::copy_options::recursive);
  const auto here = fs::current_path();
  fs::current_path(folder);
  const auto answer = program.convert("list", "--format");
  fs::current_path(here);
  ASSERT_TRUE(std::holds_alternative<Summary>(answer)) << failure(answer).message;
  EXPECT_TRUE(fs::exists(in_folder("--format/selected-images.json")));
}

TEST_F(Library, SaysWhatTheProgramSays) {
  const auto wrong = failure(program.convert(sample, in_folder("out"), {"--format", "jpeg"}));
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.message, HasSubstr("jpeg"));
  const auto nothing = failure(program.convert(in_folder("nothing"), in_folder("out")));
  EXPECT_EQ(nothing.exit_code, 4);
  EXPECT_THAT(nothing.message, HasSubstr("nothing"));
  EXPECT_EQ(failure(Program("/missing").version()).exit_code, 127);
  EXPECT_EQ(failure(Program("/missing").list(sample)).exit_code, 127);
  EXPECT_EQ(failure(script("echo broken >&2; kill -KILL $$").list(sample)).exit_code, 137);
}

TEST_F(Library, KeepsResultsThatStrictFindsFaultWith) {
  fs::copy(sample + "/study1/series1", in_folder("in"), fs::copy_options::recursive);
  write("in/empty.dcm", "");
  const auto answer = program.convert(in_folder("in"), in_folder("out"), {"--strict"});
  ASSERT_TRUE(std::holds_alternative<Summary>(answer)) << failure(answer).message;
  EXPECT_EQ(std::get<Summary>(answer).exit_code, 6);
}

TEST_F(Library, RefusesWhatItDoesNotUnderstand) {
  const std::string known = R"("schema": "urn:dcmflow:schema:summary:1")";
  for (const auto& [text, words] :
       {std::pair<std::string, std::string>{"no JSON", "parse error"},
        {R"({"schema": "urn:dcmflow:schema:summary:9"})", "two versions"},
        {"{" + known + "}", "status"},
        {"{" + known + R"(, "status": "complete", "exit_code": 0, "series": [{}]})",
         "StudyInstanceUID"}}) {
    const auto refused = failure(script("cat <<'END'\n" + text + "\nEND").list(sample));
    EXPECT_EQ(refused.exit_code, 0) << text;
    EXPECT_THAT(refused.message, HasSubstr(words));
  }
}

TEST_F(Library, ReadsNoFolderThatIsIncompleteOrNotWhatItSeems) {
  EXPECT_THAT(failure(dcmflow::read_volumes(folder)).message, HasSubstr("no run of dcmflow"));
  ASSERT_TRUE(std::holds_alternative<Summary>(program.convert(sample, folder)));
  const auto whole = read("volumes.json");
  for (const auto& [from, to, words] : {std::tuple<std::string, std::string, std::string>{
                                            "2.25.7000.1.1.mhd", "../secret", "secret"},
                                        {"2.25.7000.1.1.mhd", "/secret", "secret"},
                                        {"2.25.7000.1.1.mhd", "a//secret", "secret"},
                                        {"[64, 48, 19]", "[64, 48]", "expected 3"},
                                        {"[64, 48, 19]", "[64, 48, 19, 1]", "expected 3"},
                                        {"schema:volumes:1", "schema:volumes:2", "two versions"},
                                        {"\"main\": true", "\"main\": 1", "boolean"}}) {
    auto text = whole;
    ASSERT_NE(text.find(from), std::string::npos) << from;
    text.replace(text.find(from), from.size(), to);
    write("volumes.json", text);
    EXPECT_THAT(failure(dcmflow::read_volumes(folder)).message, HasSubstr(words));
  }
  fs::remove(in_folder("volumes.json"));
  EXPECT_THAT(failure(dcmflow::read_volumes(folder)).message, HasSubstr("cannot be read"));
}

}  // namespace
