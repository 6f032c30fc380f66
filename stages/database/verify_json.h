#pragma once
// The JSON files of an output folder, for verify. Thread-safe.

#include <exception>
#include <set>
#include <string>

#include "stages/base/result.h"
#include "stages/catalog/result_claims.h"
#include "stages/database/verification.h"

namespace dcmflow {

// Whether a file of the folder can be read, or is not there; never waits for another program.
// Problem{unreadable} about `name`: it is no regular file, or the system refuses it.
Status check_regular(const std::string& folder, const std::string& name);

// What `read`, one of stages/catalog/result_claims.h, finds in the file `name` of the folder;
// Problem{unreadable | malformed} whatever else lies there.
template <class Read>
auto read_json_file(const std::string& folder, const std::string& name, const Read& read)
    -> decltype(read(folder)) {
  if (const auto regular = check_regular(folder, name); !regular) return regular.problem();
  try {
    return read(folder);
  } catch (const std::exception& error) {  // of a stream that breaks off
    return Problem{Reason::unreadable, name, error.what()};
  }
}

// Holds what a run that is complete wrote beside its images and sidecars, and nothing else reads
// back, against the folder: that dicom-metadata.json is there, and of it, the page, the tables and
// the like that the journal says they are there with as many bytes. Files that people go on with,
// as participants.tsv, are none of it.
void verify_written(const std::string& folder, const ReportClaim& report, Verification& answer);

}  // namespace dcmflow
