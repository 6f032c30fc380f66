#pragma once
// When each slice of a volume was acquired. No Problems.

#include <optional>
#include <vector>

#include "stages/catalog/scan_header.h"

namespace dcmflow {

// Seconds from the earliest slice of a volume, in slice order, by the first clock that tells the
// slices apart within `repetition`, the time of a volume: the tiles' times of a mosaic, Siemens' XA
// Time After Start, GE's Trigger Time, RTIA timer or protocol, Acquisition DateTime or Time (also
// over midnight). Of the first volume that a clock tells truly. Empty unless the scan is
// two-dimensional and echo planar and every written slice is a frame, and of Philips and Canon,
// which record no times of slices. `header` is of the first frame; `reader` reads other files of
// the image where its clock is not kept.
std::vector<double> slice_timing(const Stack& stack, const ScanHeader& header, ScanReader& reader,
                                 std::optional<double> repetition);

// How many slices are excited at once, as the times tell; 1 where they do not.
std::size_t slices_at_once(const std::vector<double>& slice_timing);

}  // namespace dcmflow
