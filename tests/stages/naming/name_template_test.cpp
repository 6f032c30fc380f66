#include "stages/naming/name_template.h"

#include <gmock/gmock.h>

#include <map>
#include <string>

#include "stages/naming/safe_name.h"

namespace dcmflow {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;

// The name that the template gives where attributes have these values.
std::string name(const std::string& text, const std::map<std::string, std::string>& values) {
  const AttributeTable table;
  const auto parsed = parse_name_template(text, "--name", table, {});
  if (!parsed) return parsed.problem().detail;
  return parsed->name([&](AttributeIndex attribute) -> std::optional<std::string_view> {
    const auto found = values.find(table[attribute].keyword);
    if (found == values.end()) return std::nullopt;
    return found->second;
  });
}

std::string refusal(const std::string& text, bool no_patient = false) {
  const auto parsed = parse_name_template(text, "--name", {}, {.no_patient = no_patient});
  if (parsed) return "accepted";
  EXPECT_EQ(parsed.problem().reason, Reason::bad_settings);
  EXPECT_EQ(parsed.problem().subject, "--name");
  return parsed.problem().detail;
}

TEST(NameTemplate, PutsValuesInTheirPlaces) {
  EXPECT_EQ(name("{SeriesNumber:03}_{SeriesDescription}",
                 {{"SeriesNumber", "5 "}, {"SeriesDescription", "t1_mprage"}}),
            "005_t1_mprage");
  EXPECT_EQ(name("run-{SeriesNumber}", {{"SeriesNumber", "5"}}), "run-5");
  EXPECT_EQ(name("brain", {}), "brain");
}

TEST(NameTemplate, PadsWholeNumbersAlone) {
  EXPECT_EQ(name("{SeriesNumber:03}", {{"SeriesNumber", "0012"}}), "012");
  EXPECT_EQ(name("{SeriesNumber:03}", {{"SeriesNumber", "12345"}}), "12345");
  EXPECT_EQ(name("s{SeriesNumber:03}", {{"SeriesNumber", "-5"}}), "s-005");
  EXPECT_EQ(name("{EchoTime:03}", {{"EchoTime", "2.5"}}), "2.5");
  EXPECT_EQ(name("{Modality:03}", {{"Modality", "MR"}}), "MR");
  EXPECT_EQ(name("{SeriesNumber:03}", {}), "unknown");
}

TEST(NameTemplate, MakesValuesSafe) {
  const auto described = [](const std::string& text) {
    return name("{SeriesDescription}", {{"SeriesDescription", text}});
  };
  EXPECT_EQ(described("../../etc/passwd"), "_._.._etc_passwd");
  EXPECT_EQ(described(" T1 (post) \\ C: * "), "T1_post_C");
  EXPECT_EQ(described("-rf"), "_rf");
  EXPECT_EQ(described(".hidden"), "_hidden");
  EXPECT_EQ(described("$(reboot);`x`&|\n\x1B[31m"), "reboot_x_31m");
  EXPECT_EQ(described("K\u00f6rper"), "K\u00f6rper");
  EXPECT_EQ(described("a\u202Eb\u200Bc\xFF"
                      "d"),
            "a_b_c_d");
  EXPECT_EQ(described(""), "unknown");
  EXPECT_EQ(described("???"), "unknown");
  EXPECT_EQ(described("con"), "_con");
  EXPECT_EQ(described("LPT1.x"), "_LPT1.x");
  EXPECT_EQ(described("end."), "end_");
}

TEST(NameTemplate, IsCutBeforeACharacter) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "\u00e4";
  const auto cut = name("x{SeriesDescription}", {{"SeriesDescription", text}});
  EXPECT_EQ(cut.size(), 119U) << "a letter of one byte, and 59 of two";
  EXPECT_THAT(cut, EndsWith("\u00e4"));
  EXPECT_EQ(safe_name(std::string(500, 'a')).size(), longest_safe_name);
}

TEST(NameTemplate, RefusesWhatItCannotBe) {
  EXPECT_THAT(refusal("{SerisNumber}"), HasSubstr("did you mean \"SeriesNumber\"?"));
  EXPECT_THAT(refusal("{Nonsense1234}"), HasSubstr("SeriesDescription"));
  EXPECT_THAT(refusal("{}"), HasSubstr("{}"));
  EXPECT_THAT(refusal("{SOPInstanceUID}"), HasSubstr("differs from slice to slice"));
  EXPECT_THAT(refusal("{SeriesNumber"), HasSubstr("{{ and }}"));
  EXPECT_THAT(refusal("a}b"), HasSubstr("{{ and }}"));
  EXPECT_THAT(refusal("a/b"), HasSubstr("folders"));
  EXPECT_THAT(refusal("a b"), HasSubstr("found ' '"));
  EXPECT_THAT(refusal("{{x}}"), "accepted") << "braces";
  for (const auto* const width : {"3", "0", "00", "021", "0x", "03d", ""})
    EXPECT_THAT(refusal("{SeriesNumber:" + std::string(width) + "}"), HasSubstr("expected a width"))
        << width;
}

TEST(NameTemplate, RefusesThePatientWhereNothingOfThemIsWanted) {
  for (const auto* const keyword : {"PatientID", "PatientName", "PatientAge", "AccessionNumber",
                                    "StudyID", "InstitutionName", "ReferringPhysicianName"})
    EXPECT_THAT(refusal("{" + std::string(keyword) + "}", true),
                AllOf(HasSubstr(keyword), HasSubstr("--no-patient")));
  EXPECT_EQ(refusal("{PatientID}"), "accepted");
  EXPECT_EQ(refusal("{StudyDate}", true), "accepted");
}

TEST(FoldedName, IsOneForNamesThatDifferInCase) {
  EXPECT_EQ(folded_name("T1_Mprage"), folded_name("t1_mPRAGE"));
  EXPECT_EQ(folded_name("\u00c4\u0160\u03a9\u0416"), folded_name("\u00e4\u0161\u03c9\u0436"));
  EXPECT_NE(folded_name("\u00d7"), folded_name("\u00f7")) << "signs are no letters";
  EXPECT_EQ(folded_name("\xFF"), "\xFF");
}

std::string path(const std::string& text, const std::map<std::string, std::string>& values) {
  const AttributeTable table;
  const auto parsed = parse_path_template(text, "--layout", table, {});
  if (!parsed) return parsed.problem().detail;
  return parsed->path([&](AttributeIndex attribute) -> std::optional<std::string_view> {
    const auto found = values.find(table[attribute].keyword);
    if (found == values.end()) return std::nullopt;
    return found->second;
  });
}

TEST(PathTemplate, MakesEachNameSafeByItself) {
  EXPECT_EQ(path("{PatientID}/{SeriesNumber:03}", {{"PatientID", "P 1"}, {"SeriesNumber", "7"}}),
            "P_1/007");
  EXPECT_EQ(path("{PatientID}/x", {{"PatientID", "../../etc"}}), "_._.._etc/x");
  EXPECT_EQ(path("{PatientID}/x", {{"PatientID", "/"}}), "unknown/x");
  EXPECT_EQ(path("a/{PatientID}", {{"PatientID", "CON"}}), "a/_CON");
}

TEST(PathTemplate, TakesNoNameOfAResultForAFolder) {
  EXPECT_EQ(path("{PatientID}/x", {{"PatientID", "Report.JSON"}}), "Report.JSON_/x");
  EXPECT_EQ(path("{PatientID}/a.json/x", {{"PatientID", "P"}}), "P/a.json/x");
}

TEST(PathTemplate, RefusesEmptyNamesAndTooManyOfThem) {
  for (const auto* const text : {"/x", "x/", "a//b", "/"})
    EXPECT_THAT(path(text, {}), HasSubstr("no name on one side")) << text;
  std::string deep = "a";
  for (int i = 0; i < 16; ++i) deep += "/a";
  EXPECT_THAT(path(deep, {}), HasSubstr("more than 16 names"));
}

TEST(NameTemplate, MakesLabelsOfLettersAndDigits) {
  const AttributeTable table;
  const auto parsed = parse_name_template("x{SeriesDescription}", "task", table, {});
  ASSERT_TRUE(parsed.ok());
  const auto label = [&](std::string_view text, std::size_t most) {
    return parsed->label([&](AttributeIndex) { return std::optional(text); }, most);
  };
  EXPECT_EQ(label("rest_run-1 (\xC3\xA4)", 40), "xrestrun1");
  EXPECT_EQ(label("abcdef", 4), "xabc");
  EXPECT_EQ(label("", 4), "x");
}

}  // namespace
}  // namespace dcmflow
