#pragma once
// What a server says that it has: the answers of QIDO-RS (PS3.18 10.6). Pure; thread-safe.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "stages/base/result.h"

namespace dcmflow {

// So many rows are asked for at once; a server may ignore that.
inline constexpr std::size_t rows_a_page = 1000;

// One object of an answer; what it does not say is empty. Any text that a server likes.
struct ListedRow {
  std::string study, series, instance;  // UIDs
  // Number of Series Related Instances
  std::optional<std::uint64_t> instances_of_series;
};

// Reads the DICOM JSON of an answer (PS3.18 F.2). Problem{answer_invalid}: it is no array of
// objects, a UID is longer than any, or there is more of it than pages have, which is found before
// memory is spent on it. Of what it says nothing is quoted, since it may be a patient's.
Result<std::vector<ListedRow>> read_listed_rows(std::string_view json);

// Digits and dots that can name a file and a part of a URL (PS3.5 9.1; up to 128 characters, as
// they occur).
bool is_uid(std::string_view text);
// What may be said of it.
std::string uid_words(std::string_view text);

struct StudyListing {
  std::map<std::string, std::set<std::string>> series;  // with the instances of each
  std::vector<Problem> problems;  // what of the study cannot come: invalid_uid, instances_missing

  std::size_t instances() const;
};

// Of the series and the instances that were listed. A series that the server counts otherwise than
// it lists, and what has no UID, is a Problem of the listing.
StudyListing make_study_listing(const std::vector<ListedRow>& series,
                                const std::vector<ListedRow>& instances);

}  // namespace dcmflow
