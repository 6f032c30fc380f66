#pragma once
// One instance as an object of the DICOM JSON model (PS3.18 F.2), read from its file once more.

#include <cstdint>
#include <string>
#include <string_view>

#include "stages/catalog/json_writer.h"
#include "stages/dicom/attribute_table.h"
#include "stages/dicom_types.h"

namespace dcmflow {

// Bytes of a binary value (OB, OD, OF, OL, OV, OW, UN) that still stands in the JSON, and of any
// other value.
inline constexpr std::uint32_t most_inline_binary = 1024;
inline constexpr std::uint32_t longest_json_value = 1 << 20;

struct InstanceJsonOptions {
  // Gives the VR of private elements that no file and no dictionary says, and says which attributes
  // are a patient's.
  const AttributeTable* table = nullptr;
  bool no_patient = false;
};

// Writes the data set up to its Pixel Data on one line, ascending by tag, each tag once (the first
// counts), text as UTF-8. Left out are bulk data (Pixel Data, Overlay Data, and values longer than
// the above): as an empty attribute one would say that it is empty; group lengths (F.2.2), and File
// Meta Information. Under no_patient also what is personal (stages/dicom/personal_attributes.h),
// and what the table says is a patient's, at every depth. An implicit data set has the VRs of the
// dictionary, and UN where nothing says one. Numbers that a JSON number would lose, and those that
// are none (NaN), are strings; a binary value that ends inside of a number is UN. Returns what was
// doubtful about the first such value or text, in words that hold no value; "" where nothing was.
// Only headers of elements and one value are in memory, at most 64 MB for hostile files. Problems,
// with the name of the file: truncated, malformed (deeper than 32 sequences, more than 65,536
// elements side by side), unreadable, changed_during_run; then the object may be written in part:
// see JsonWriter::go_back(). Thread-safe on distinct writers.
Result<std::string> write_instance_json(JsonWriter& json, const Instance& instance,
                                        const InstanceJsonOptions& options);

// How many bytes that is expected to be, rather too many than too few. Of 3,674 instances of many
// scanners none had more: JSON has two to three times the bytes of a header, and up to 2 KB more
// where that is short. What is left out as bulk data makes long headers long, but for functional
// groups and objects without pixels. All together they had a quarter of what is expected.
std::uint64_t expected_json_bytes(const Instance& instance);

// The file of a study is `<stem>.json`.
std::string dicom_json_stem(std::string_view study_instance_uid);

}  // namespace dcmflow
