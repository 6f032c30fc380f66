#include "config/attribute_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "test_paths.h"

namespace dcmflow {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::optional<std::pair<std::uint32_t, std::string>> find_keyword(std::string_view keyword) {
  using Entry = std::pair<std::uint32_t, std::string>;
  static const std::map<std::string, Entry, std::less<>> dictionary{
      {"ProtocolName", {0x00181030, "LO"}},
      {"ContentQualification", {0x00189004, "CS"}},
      {"PatientMotherBirthName", {0x00101060, "PN"}},
      {"OtherPatientIDsSequence", {0x00101002, "SQ"}},
      {"PatientID", {0x00100020, "LO"}},
      {"ProcedureCodeSequence", {0x00081032, "SQ"}},
      {"CodeValue", {0x00080100, "SH"}},
      {"CodeMeaning", {0x00080104, "LO"}},
  };
  const auto found = dictionary.find(keyword);
  return found == dictionary.end() ? std::nullopt : std::optional(found->second);
}

// The rows that an attribute list adds to the built-in ones.
std::vector<AttributeRow> added(const std::string& entries) {
  AttributeTable table;
  const std::size_t before = table.rows().size();
  const auto status =
      parse_attribute_file("{\"attributes\": [" + entries + "]}", "test", find_keyword, table);
  EXPECT_TRUE(status.ok()) << status.problem().detail;
  return {table.rows().begin() + static_cast<std::ptrdiff_t>(before), table.rows().end()};
}

AttributeRow added_one(const std::string& entry) {
  const auto rows = added(entry);
  EXPECT_EQ(rows.size(), 1U);
  return rows.empty() ? AttributeRow{} : rows[0];
}

// The Problem of a whole file; the table must be as before.
std::string refusal(const std::string& text) {
  AttributeTable table;
  const auto status = parse_attribute_file(text, "my.json", find_keyword, table);
  EXPECT_EQ(table.rows().size(), AttributeTable().rows().size());
  if (status) return "accepted";
  EXPECT_EQ(status.problem().reason, Reason::bad_settings);
  EXPECT_EQ(status.problem().subject, "my.json");
  return status.problem().detail;
}

std::string refusal_of(const std::string& entry) {
  return refusal("{\"attributes\": [\n  " + entry + "\n]}");
}

TEST(AttributeFile, AddsAKeywordOfTheDictionary) {
  const auto row = added_one(R"({"keyword": "ContentQualification"})");
  EXPECT_EQ(row.tag, 0x00189004U);
  EXPECT_EQ(row.vr, "CS");
  EXPECT_EQ(row.keyword, "ContentQualification");
  EXPECT_EQ(row.level, AttributeLevel::instance);
  EXPECT_FALSE(row.repeats);
  EXPECT_TRUE(row.in_metadata);
}

TEST(AttributeFile, AddsAPrivateAttributeWithItsCreator) {
  const auto row = added_one(
      R"j({"tag": "(0019,\"SIEMENS MR HEADER\",0c)", "keyword": "B_value", "vr": "IS", "level": "series"})j");
  EXPECT_EQ(row.tag, 0x0019000CU);
  EXPECT_EQ(row.private_creator, "SIEMENS MR HEADER");
  EXPECT_EQ(row.vr, "IS");
  EXPECT_EQ(row.keyword, "B_value");
  EXPECT_EQ(row.level, AttributeLevel::series);
  EXPECT_TRUE(row.repeats);
}

TEST(AttributeFile, AddsAPathThroughSequencesInEveryForm) {
  const auto rows = added(R"j(
    {"keyword": "ProcedureCodeSequence[0].CodeValue"},
    {"path": "ProcedureCodeSequence[12].CodeMeaning", "keyword": "Procedure", "repeats": true},
    {"path": "(0008,1032)[1].00080100", "vr": "SH"},
    {"path": "ProcedureCodeSequence[0].(0019,\"A.B[0]\",1f)", "keyword": "Dotted", "vr": "LO"})j");
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0].keyword, "ProcedureCodeSequence[0].CodeValue");
  EXPECT_EQ(rows[0].tag, 0x00080100U);
  EXPECT_EQ(rows[0].path, (std::vector<SequenceStep>{{0x00081032, 0}}));
  EXPECT_EQ(rows[1].keyword, "Procedure");
  EXPECT_EQ(rows[1].path, (std::vector<SequenceStep>{{0x00081032, 12}}));
  EXPECT_TRUE(rows[1].repeats);
  EXPECT_EQ(rows[2].keyword, "(0008,1032)[1].00080100");
  EXPECT_EQ(rows[2].path, (std::vector<SequenceStep>{{0x00081032, 1}}));
  EXPECT_EQ(rows[3].private_creator, "A.B[0]");
  EXPECT_EQ(rows[3].tag, 0x0019001FU);
}

TEST(AttributeFile, TakesTheVrOfATagFromItsKeyword) {
  EXPECT_EQ(added_one(R"({"tag": "00189004", "keyword": "ContentQualification"})").vr, "CS");
}

TEST(AttributeFile, CountsGroup0010AsPatientLevelUnlessTold) {
  EXPECT_EQ(added_one(R"({"keyword": "PatientMotherBirthName"})").level, AttributeLevel::patient);
  EXPECT_EQ(added_one(R"({"keyword": "OtherPatientIDsSequence[0].PatientID"})").level,
            AttributeLevel::patient);
  EXPECT_EQ(added_one(R"({"keyword": "PatientMotherBirthName", "level": "study"})").level,
            AttributeLevel::study);
}

TEST(AttributeFile, MakesAnAttributeOfARulePartOfTheMetadata) {
  AttributeTable table;
  const auto index = table.add(
      {0x00189004, "CS", AttributeLevel::instance, false, "ContentQualification", {}, {}, false});
  ASSERT_TRUE(parse_attribute_file(R"({"attributes": [{"keyword": "ContentQualification"}]})",
                                   "test", find_keyword, table)
                  .ok());
  EXPECT_TRUE(table[index].in_metadata);
  EXPECT_EQ(table.rows().size(), index + 1U);
}

TEST(AttributeFile, AcceptsABuiltInAttributeWithoutAddingIt) {
  EXPECT_TRUE(added(R"({"keyword": "ProtocolName"})").empty());
  EXPECT_TRUE(added("").empty());
}

TEST(AttributeFile, NamesLineAndColumnOfASyntaxError) {
  EXPECT_THAT(refusal("{\"attributes\": [\n  {\"keyword\": }\n]}"),
              StartsWith("line 2, column 15: "));
  EXPECT_THAT(refusal("{\"attributes\": ["),
              AllOf(StartsWith("line 1, column 17: "), HasSubstr("unexpected end of input")));
  EXPECT_THAT(refusal(""), StartsWith("line 1, column 1: "));
}

TEST(AttributeFile, NamesLineAndColumnOfAWrongValue) {
  EXPECT_EQ(refusal_of(R"({"keyword": "ContentQualification", "level": "image"})"),
            "line 2, column 48: \"image\" is no level, expected patient, study, series, instance");
  EXPECT_THAT(refusal_of(R"j({"keyword": "A", "tag": "(0019,10)", "vr": "IS"})j"),
              AllOf(StartsWith("line 2, column 27: "),
                    HasSubstr("'(0019,10)' is no tag, expected (gggg,eeee)")));
  EXPECT_THAT(refusal("{\"attributes\": [{\"keyword\": \"ProtocolName\"}, 7]}"),
              AllOf(StartsWith("line 1, column 46: "), HasSubstr("expected an object, found 7")));
}

TEST(AttributeFile, CountsCharactersForTheColumn) {
  EXPECT_THAT(refusal("{\"attributes\": [{\"vr\": \"LO\", \"k\xC3\xA4\": 7}]}"),
              StartsWith("line 1, column 36: "));
}

TEST(AttributeFile, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(refusal("[]"), HasSubstr(R"(expected {"attributes": [...]})"));
  EXPECT_THAT(refusal(R"({"attributes": [], "version": 1})"), HasSubstr("nothing else"));
  EXPECT_THAT(refusal_of("{}"), HasSubstr("no 'keyword'"));
  EXPECT_THAT(refusal_of(R"({"keyword": "ContentQualification", "levle": "study"})"),
              HasSubstr("unknown member 'levle'"));
  EXPECT_THAT(refusal_of(R"({"keyword": "AcquisitionKontrast"})"),
              HasSubstr("'AcquisitionKontrast' is no keyword of the DICOM dictionary"));
  EXPECT_THAT(refusal_of(R"({"keyword": ["A"]})"),
              HasSubstr("'keyword' is an array, expected a text"));
  EXPECT_THAT(refusal_of(R"({"keyword": "ContentQualification", "repeats": "yes"})"),
              HasSubstr("expected true or false"));
  EXPECT_THAT(refusal_of(R"({"keyword": "A", "tag": "00190010", "vr": "XX"})"),
              HasSubstr("is no VR"));
  EXPECT_THAT(refusal_of(R"({"keyword": "A", "tag": "00190010"})"), HasSubstr("no 'vr'"));
  EXPECT_THAT(refusal_of(R"({"keyword": "A", "tag": "00190010", "path": "CodeValue"})"),
              HasSubstr("both"));
}

TEST(AttributeFile, RefusesPrivateNamesThatCannotBe) {
  const auto refusal_of_tag = [](const std::string& tag) {
    return refusal_of(R"({"keyword": "A", "vr": "LO", "tag": ")" + tag + "\"}");
  };
  EXPECT_THAT(refusal_of_tag(R"((0018,\"X\",10))"), HasSubstr("even group"));
  EXPECT_THAT(refusal_of_tag(R"((0019,\"\",10))"), HasSubstr("0 bytes, expected 1 to 64"));
  EXPECT_THAT(refusal_of_tag("(0019,\\\"" + std::string(65, 'x') + "\\\",10)"),
              HasSubstr("65 bytes"));
  EXPECT_THAT(refusal_of_tag(R"((0019,\"X\",1010))"), HasSubstr("2 for the element"));
  EXPECT_THAT(refusal_of_tag(R"((0019,\"X))"), HasSubstr("no private attribute"));
  EXPECT_THAT(refusal_of_tag(R"((0019 \"X\" 10))"), HasSubstr("no private attribute"));
  EXPECT_THAT(refusal_of_tag(R"((\"))"), HasSubstr("no private attribute"));
  for (const char* tag : {"()", "(", ")", "(,)", ".", "[0]", "(0019,0010", "-0180010", "0x180010"})
    EXPECT_NE(refusal_of_tag(tag), "accepted") << tag;
}

TEST(AttributeFile, RefusesPathsThatLeadNowhere) {
  const auto refusal_of_path = [](const std::string& path) {
    return refusal_of(R"({"path": ")" + path + "\"}");
  };
  EXPECT_THAT(refusal_of_path("ProcedureCodeSequence.CodeValue"),
              HasSubstr("needs the number of its item"));
  EXPECT_THAT(refusal_of_path("ProcedureCodeSequence[x].CodeValue"),
              HasSubstr("needs the number of its item"));
  EXPECT_THAT(refusal_of_path("ProcedureCodeSequence[65536].CodeValue"),
              HasSubstr("[0] to [65535]"));
  EXPECT_THAT(refusal_of_path("CodeMeaning[0].CodeValue"),
              HasSubstr("has the VR LO, expected a sequence (SQ)"));
  EXPECT_THAT(refusal_of_path("ProcedureCodeSequence"), HasSubstr("is a sequence"));
  std::string deep;
  for (int i = 0; i < 16; ++i) deep += "ProcedureCodeSequence[0].";
  EXPECT_THAT(refusal_of_path(deep + "CodeValue"), HasSubstr("17 steps, at most 16"));
}

TEST(AttributeFile, GivesNoKeyToTwoAttributesAndNoAttributeTwoKeys) {
  EXPECT_THAT(refusal_of(R"j({"tag": "(0019,\"X\",10)", "keyword": "PatientName", "vr": "LO"})j"),
              HasSubstr("'PatientName' is the name of another attribute"));
  EXPECT_THAT(refusal_of(R"({"tag": "00181030", "keyword": "MyProtocol", "vr": "LO"})"),
              HasSubstr("'MyProtocol' would be the second name of ProtocolName"));
  EXPECT_THAT(refusal_of(R"({"path": "ProcedureCodeSequence[0].CodeValue", "keyword": "P"},
                            {"path": "ProcedureCodeSequence[0].CodeMeaning", "keyword": "P"})"),
              HasSubstr("line 3, "));
  EXPECT_THAT(
      refusal_of(R"({"path": "ProcedureCodeSequence[0].CodeValue", "keyword": "instances"})"),
      HasSubstr("is a key of dicom-metadata.json itself"));
}

TEST(AttributeFile, SurvivesHostileJson) {
  const std::string deep(200'000, '[');
  EXPECT_NE(refusal(deep), "accepted");
  EXPECT_THAT(refusal_of("{\"keyword\": " + deep + std::string(200'000, ']') + "}"),
              HasSubstr("64 levels"));
  EXPECT_THAT(refusal_of("{\"keyword\": " + deep.substr(0, 50) + std::string(50, ']') + "}"),
              HasSubstr("is an array"));
  EXPECT_NE(refusal(R"({"attributes": [1e999]})"), "accepted");
  EXPECT_NE(refusal("{\"attributes\": [{\"keyword\": \"\xff\"}]}"), "accepted");
  EXPECT_THAT(refusal(R"({"attributes": [{"keyword": "ProtocolName", "a\"b": 1}]})"),
              HasSubstr("unknown member"));
}

TEST(AttributeFile, IsReadFromDisk) {
  const std::string path = testing::TempDir() + "attributes.json";
  std::ofstream(path) << R"({"attributes": [{"keyword": "ContentQualification"}]})";
  AttributeTable table;
  ASSERT_TRUE(read_attribute_file(path, find_keyword, table).ok());
  EXPECT_TRUE(table.find("ContentQualification"));
  for (const std::string& missing : {path + ".missing", testing::TempDir()}) {
    const auto status = read_attribute_file(missing, find_keyword, table);
    ASSERT_FALSE(status.ok()) << missing;
    EXPECT_EQ(status.problem().subject, missing);
    EXPECT_THAT(status.problem().detail, StartsWith("cannot be read: "));
  }
  std::remove(path.c_str());
}

// What the schema says of an attribute file: the exit status of the validator.
int schema_status(const std::string& text) {
  std::string folder = testing::TempDir() + "attribute_schema_XXXXXX";
  mkdtemp(folder.data());
  std::ofstream(folder + "/attributes.json") << text;
  const std::string command = "python3 " DCMFLOW_SOURCE_DIR "/tests/support/validate_json.py " +
                              folder + " >/dev/null 2>&1";
  const int status = std::system(command.c_str());
  std::filesystem::remove_all(folder);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(AttributeFile, AgreesWithItsSchema) {
  const std::string good = R"j({"attributes": [
    {"keyword": "ProtocolName"},
    {"keyword": "ProcedureCodeSequence[0].CodeValue"},
    {"path": "ProcedureCodeSequence[0].CodeMeaning", "keyword": "Procedure"},
    {"tag": "(0019,\"SIEMENS MR HEADER\",0c)", "keyword": "B_value", "vr": "IS"}]})j";
  EXPECT_EQ(refusal(R"({"attributes": []})"), "accepted");
  AttributeTable table;
  EXPECT_TRUE(parse_attribute_file(good, "good", find_keyword, table).ok());
  EXPECT_EQ(schema_status(good), 0);
  for (const char* bad :
       {R"({"attributes": [{}]})", R"({"attributes": [{"keyword": ""}]})", R"({"attributes": {}})",
        R"({"attributes": [{"keyword": "CodeValue", "path": "CodeValue", "tag": "00080100"}]})",
        R"({"attributes": [{"keyword": "CodeValue", "level": "image"}]})",
        R"({"attributes": [{"keyword": "CodeValue", "vr": "SQ"}]})"}) {
    EXPECT_NE(refusal(bad), "accepted") << bad;
    EXPECT_EQ(schema_status(bad), 1) << bad;
  }
}

}  // namespace
}  // namespace dcmflow
