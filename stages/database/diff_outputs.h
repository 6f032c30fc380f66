#pragma once
// dcmflow diff OUTPUT_A OUTPUT_B: what differs between two output folders.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stages/base/result.h"

namespace dcmflow {

struct OutputDifference {
  std::string file;  // as it is called in A, else in B
  // "file", "bytes", "format", "type", "scale", "voxels", what compare_grids() tells, or a place in
  // a JSON file.
  std::string of;
  std::string first, second;            // of A and B; empty: it is not there, or not to be told
  std::optional<double> largest;        // distance between two numbers of it
  std::optional<std::uint64_t> voxels;  // that differ
};

struct OutputDiff {
  std::string first, second;  // the folders
  std::size_t images = 0;     // in both
  std::size_t rewritten = 0;  // of them: other bytes, and no difference
  std::size_t files = 0;      // others, in both
  // By the file, images first: at most 1,000 of a JSON file.
  std::vector<OutputDifference> differences;
  std::map<std::string, std::size_t> untold;  // how many more there are
};

// Pairs files by their names, images also by their names without the format. Images: format, voxel
// type, scale and grid of their headers, and every voxel where bytes differ (of h5: the bytes).
// JSON files by value, `run` of report.json apart; all others by their bytes. What is hidden, as
// .dcmflow is, is not looked at. Reads what it compares whole, and changes nothing. Files that
// cannot be read differ. Problem{bad_settings}: a folder cannot be read or holds no results.
Result<OutputDiff> diff_outputs(const std::string& first, const std::string& second);

// For a person: at most 20 differences of a file; no line exceeds `width` columns (0: as long as it
// takes), and what comes from headers can do nothing to a terminal. Patients may stand in it.
std::string diff_text(const OutputDiff& diff, std::size_t width);
// urn:dcmflow:schema:diff:1.
std::string diff_json(const OutputDiff& diff);

}  // namespace dcmflow
