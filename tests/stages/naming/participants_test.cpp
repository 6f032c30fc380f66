#include "stages/naming/participants.h"

#include <gmock/gmock.h>

#include <map>

namespace dcmflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string refusal(const std::string& text) {
  const auto parsed = parse_participants(text, "people.tsv");
  if (parsed) return "accepted";
  EXPECT_EQ(parsed.problem().reason, Reason::bad_settings);
  EXPECT_EQ(parsed.problem().subject, "people.tsv");
  return parsed.problem().detail;
}

TEST(Participants, TheFirstRowThatFitsCounts) {
  const auto parsed = parse_participants(
      "\xEF\xBB\xBFPatientID\tStudyDate\tparticipant_id\tsession_id\tage\r\n"
      "123\t20240517\tsub-01\tses-pre\t43\r\n\n123\t\t01\tpost\t43\r\n9\t\t02\t\t\r\n",
      "people.tsv");
  ASSERT_TRUE(parsed.ok()) << parsed.problem().detail;
  EXPECT_THAT(parsed->columns, ElementsAre("age"));
  const auto found = [&](const std::string& id, const std::string& date) -> std::string {
    const auto* const row = parsed->find(
        [&](std::uint32_t tag) -> std::string_view { return tag == 0x00100020 ? id : date; });
    return row ? row->participant + ' ' + row->session + ' ' + row->cells.at(0) : "none";
  };
  EXPECT_EQ(found("123", "20240517"), "01 pre 43");
  EXPECT_EQ(found("123", "20240518"), "01 post 43");
  EXPECT_EQ(found("9", ""), "02  n/a");
  EXPECT_EQ(found("12", "20240517"), "none");
}

TEST(Participants, AWrongTableIsToldByLineAndNeverByPatient) {
  EXPECT_THAT(refusal("PatientID\n1\n"), HasSubstr("no participant_id"));
  EXPECT_THAT(refusal("participant_id\n1\n"), HasSubstr("no key"));
  EXPECT_THAT(refusal("PatientID\tparticipant_id\n"), HasSubstr("no rows"));
  EXPECT_THAT(refusal("PatientID\tPatientID\tparticipant_id\n"), HasSubstr("twice"));
  EXPECT_THAT(refusal("PatientID\tparticipant_id\nDoe\t01\tx\n"),
              testing::AllOf(HasSubstr("line 2: found 3 cells"), Not(HasSubstr("Doe"))));
  EXPECT_THAT(refusal("PatientID\tparticipant_id\nDoe\t../01\n"), HasSubstr("line 2: "));
  EXPECT_THAT(refusal("PatientID\tparticipant_id\n\t01\n"), HasSubstr("none of its keys"));
  EXPECT_THAT(refusal("PatientID\tparticipant_id\tage\n1\t01\t4\n2\t01\t5\n"),
              HasSubstr("line 3: sub-01 has other values"));
}

}  // namespace
}  // namespace dcmflow
