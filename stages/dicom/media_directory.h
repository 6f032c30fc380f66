#pragma once
// The files that a DICOMDIR names (PS3.3 F.3, PS3.10 8.6). Thread-safe.

#include <optional>
#include <string>
#include <vector>

#include "stages/base/result.h"
#include "stages/dicom_types.h"

namespace dcmflow {

// The Media Storage SOP Class UID of a DICOMDIR (PS3.4 I.4).
inline constexpr std::string_view media_directory_class = "1.2.840.10008.1.3.10";

struct MediaDirectory {
  // Referenced File ID (0004,1500) of each directory record that is in use and has one, as it
  // stands: components separated by '\', of which nothing is checked; at most longest_file_id
  // bytes.
  std::vector<std::string> file_ids;
  std::optional<Problem> damage;  // why there may be more of them
};

inline constexpr std::size_t longest_file_id = 1024;

// nullopt: the file is no DICOMDIR, or cannot be read at all. Records are taken as they stand in
// the Directory Record Sequence (0004,1220); the offsets that join them to a tree (0004,1400 and
// 1420) are not followed, so they can lead nowhere. Problems in `damage`: truncated, malformed,
// unreadable, changed_during_run, with the file as their subject.
std::optional<MediaDirectory> read_media_directory(const FilePtr& file);

// Of a file anywhere.
bool is_media_directory(const std::string& path);

}  // namespace dcmflow
