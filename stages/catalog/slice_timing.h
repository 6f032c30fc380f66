#pragma once
// When each slice of a volume was acquired. No Problems.

#include <optional>
#include <string>
#include <vector>

#include "stages/catalog/scan_header.h"

namespace dcmflow {

// Seconds from the earliest slice of a volume, in slice order, by the first clock that tells the
// slices apart within `repetition`, the time of a volume: the tiles' times of a mosaic, Siemens' XA
// Time After Start, GE's Trigger Time, RTIA timer or protocol, Acquisition DateTime or Time. Of the
// first volume that a clock tells truly. Empty unless the scan is two-dimensional and echo planar
// and every written slice is a frame. `header` is of the first frame; `reader` reads other files of
// the image where its clock is not kept.
std::vector<double> slice_timing(const Stack& stack, const ScanHeader& header, ScanReader& reader,
                                 std::optional<double> repetition);

// How many slices are excited at once, as the times tell; 1 where they do not.
std::size_t slices_at_once(const std::vector<double>& slice_timing);

// When the first volume began: "HH:MM:SS.ffffff"; nullopt when a frame of it does not say.
std::optional<std::string> acquisition_time(const Stack& stack);
// The same in microseconds from midnight.
std::optional<std::int64_t> acquisition_start(const Stack& stack);

}  // namespace dcmflow
