// Texts and numbers that are hard to read, through the whole program: read, or told.

#include <gmock/gmock.h>

#include "test-data/dicom_builder.h"
#include "tests/pipeline/pipeline_scene.h"

namespace dcmflow {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Metadata : public PipelineScene {
 protected:
  // Of the series, or of its instance.
  Json value(const std::string& key) const {
    const Json series = json("dicom-metadata.json").at("studies").at(0).at("series").at(0);
    return series.contains(key) ? series[key] : series.at("instances").at(0).value(key, Json());
  }
  std::string write(const std::string& name, const std::string& text) const {
    write_bytes(folder / name, text);
    return folder / name;
  }
  static DicomBuilder with_number() {
    DicomBuilder file;
    return file.set_private(0x0019, "ACME", 0x01, "FD", "2.5");
  }
};

TEST_F(Metadata, MarksTextThatThisSystemHasNoConverterFor) {
  // glibc looks here first, and finds that the modules of these sets are not there.
  write("modules/gconv-modules",
        "module EUC-KR// INTERNAL missing 1\nmodule EUC-JP// INTERNAL missing 1\n"
        "module GB18030// INTERNAL missing 1\n");
  const std::map<std::string, std::string> without{{"GCONV_PATH", folder / "modules"}};
  struct Lacking {
    const char* character_set;
    const char* bytes;
    const char* whole;
    const char* marked;
    const char* set;
  };
  for (const auto& [character_set, bytes, whole, marked, set] : std::initializer_list<Lacking>{
           {"ISO 2022 IR 149", "CT \xB5\xCE scan", "CT \ub450 scan", "CT \uFFFD\uFFFD scan",
            "EUC-KR"},
           {"\\ISO 2022 IR 87", "CT \x1B$BF,It\x1B(B scan", "CT \u982d\u90e8 scan",
            "CT \uFFFD\uFFFD scan", "EUC-JP"},
           {"GB18030", "CT \xCD\xB7\xB2\xBF scan", "CT \u5934\u90e8 scan", "CT \uFFFD\uFFFD scan",
            "GB18030"}}) {
    DicomBuilder()
        .set("SpecificCharacterSet", character_set)
        .set("SeriesDescription", bytes)
        .save(input + "/a.dcm");
    auto run = convert({"--dicom-json"});
    EXPECT_EQ(run.exit_status, 0) << run.errors;
    EXPECT_THAT(run.errors, Not(HasSubstr("character set")));
    EXPECT_EQ(value("SeriesDescription"), whole);
    run = convert({"--dicom-json"}, without);
    EXPECT_EQ(run.exit_status, 0) << run.errors;
    const auto words = "no converter on this system for " + std::string(set);
    EXPECT_THAT(run.errors, AllOf(HasSubstr(" warning "), HasSubstr(words))) << character_set;
    EXPECT_EQ(value("SeriesDescription"), marked);
    EXPECT_THAT(value("CharacterSetNote").dump(), HasSubstr(words));
    EXPECT_EQ(json("1.2.3.dicom.json")[0]["0008103E"]["Value"][0], marked);
    EXPECT_THAT(run.errors, HasSubstr("1.2.3.dicom.json: values of 1 of 1 instances"));
  }
}

TEST_F(Metadata, ReadsAPrivateNumberWhoseVrIsGiven) {
  with_number().save(input + "/a.dcm", transfer_syntax::implicit_little);
  const auto attributes = write("attributes.json", R"json({"attributes": [
      {"keyword": "Factor", "tag": "(0019,\"ACME\",01)", "vr": "FD"}]})json");
  const auto rules = write("rules.json", R"json({"selections": [
      {"name": "by key", "conditions": {"Factor": [2, 3]}},
      {"name": "by tag", "conditions": {"(0019,\"ACME\",01)": [2.5, ">="]}}]})json");
  const auto run = convert({"--attributes", attributes, "--rules", rules});
  EXPECT_EQ(run.exit_status, 0) << run.errors;
  EXPECT_THAT(run.errors, Not(HasSubstr("unreadable")));
  EXPECT_EQ(value("Factor").dump(), "[2.5]");
  EXPECT_EQ(json("selected-images.json")["by key"].size(), 1U);
  EXPECT_EQ(json("selected-images.json")["by tag"].size(), 1U);
}

TEST_F(Metadata, TellsOfAPrivateNumberWhoseVrNobodySays) {
  with_number().save(input + "/a.dcm", transfer_syntax::implicit_little);
  const std::string key = R"json((0019,"ACME",01))json";
  const auto rules = write("rules.json", R"json({"selections": [
      {"name": "by tag", "conditions": {"(0019,\"ACME\",01)": [2, 3]}}]})json");
  auto run = convert({"--rules", rules});
  EXPECT_EQ(run.exit_status, 0) << run.errors;
  EXPECT_THAT(run.errors, AllOf(HasSubstr("unreadable value of 1 of 1 instances"),
                                HasSubstr("(0019,1001) has 8 bytes that are no text, and no VR")));
  EXPECT_EQ(json("selected-images.json")["by tag"].size(), 0U);
  EXPECT_THAT(value("UnreadableNote").dump(), HasSubstr("(0019,1001)"));
  run = run_dcmflow({"values", input, key});
  EXPECT_THAT(run.output, AllOf(HasSubstr(key), HasSubstr("\uFFFD")));
  run = run_dcmflow({"rules", "explain", rules, input});
  EXPECT_THAT(run.output, HasSubstr("\uFFFD"));
  // With its VR in the file it is a number.
  with_number().save(input + "/a.dcm");
  run = convert({"--rules", rules});
  EXPECT_EQ(json("selected-images.json")["by tag"].size(), 1U) << run.errors;
}

}  // namespace
}  // namespace dcmflow
