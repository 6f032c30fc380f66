#pragma once
// Who is which participant and session of a data set: a table with tabs that a person writes. Of a
// participants.tsv of BIDS (specification 1.10, "Participants file") it has the columns, and before
// them how its rows are found:
//
//   PatientID  StudyDate  participant_id  session_id  age  group
//   1234567    20240517   sub-01          ses-pre     43   control
//
// Immutable once parsed; thread-safe.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stages/base/result.h"

namespace dcmflow {

struct ParticipantRow {
  std::vector<std::string> keys;   // of Participants::key_tags; empty: any value
  std::string participant;         // the label behind "sub-"
  std::string session;             // the label behind "ses-"; empty: none is told
  std::vector<std::string> cells;  // of Participants::columns
};

struct Participants {
  std::vector<std::uint32_t> key_tags;
  std::vector<std::string> columns;  // further ones, for participants.tsv
  std::vector<ParticipantRow> rows;

  // The first row that all of its keys fit; nullptr: none does. `value`: of an attribute, without
  // padding.
  using Value = std::function<std::string_view(std::uint32_t tag)>;
  const ParticipantRow* find(const Value& value) const;
};

// Problem{bad_settings}, subject `source`: no participant_id, no key (PatientID, IssuerOfPatientID,
// StudyInstanceUID, StudyID, StudyDate, AccessionNumber), a label that is more than letters and
// digits, rows of several widths, one participant with two ages; the line, never what it says of a
// patient.
Result<Participants> parse_participants(std::string_view text, std::string_view source);

}  // namespace dcmflow
