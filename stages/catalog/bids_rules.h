#pragma once
// Values of BIDS keys that no attribute says as it stands, by maker. Each is DICOM text, or nothing
// where the header does not say. Pure; thread-safe.

#include <optional>
#include <string>

#include "stages/catalog/scan_header.h"

namespace dcmflow {

using BidsKeyRule = std::optional<std::string> (*)(const ScanHeader& header);

// MHz: some write it in Hz.
std::optional<std::string> imaging_frequency(const ScanHeader& header);
// As Scanning Sequence, of the flags of an enhanced image (PS3.3 C.8.13.4.1).
std::optional<std::string> enhanced_sequence(const ScanHeader& header);
// "true" or "false"; each nothing where the scanner does not say.
std::optional<std::string> gradient_correction(const ScanHeader& header);
std::optional<std::string> magnetization_transfer(const ScanHeader& header);
std::optional<std::string> spoiling(const ScanHeader& header);
// Microseconds.
std::optional<std::string> siemens_inversion_time(const ScanHeader& header);

// By how much fewer lines are acquired than reconstructed: in the plane and across it.
std::optional<std::string> siemens_in_plane(const ScanHeader& header);
std::optional<std::string> ge_in_plane(const ScanHeader& header);
std::optional<std::string> ge_out_of_plane(const ScanHeader& header);
std::optional<std::string> uih_in_plane(const ScanHeader& header);
std::optional<std::string> siemens_parallel_technique(const ScanHeader& header);
// How many slices are excited at once.
std::optional<std::string> siemens_slices_at_once(const ScanHeader& header);
std::optional<std::string> ge_slices_at_once(const ScanHeader& header);
// The part of k-space that is acquired.
std::optional<std::string> siemens_partial_fourier(const ScanHeader& header);

// Bq; nothing for a number that --suv refuses, such as one in MBq where Bq are asked for.
std::optional<std::string> injected_radioactivity(const ScanHeader& header);

}  // namespace dcmflow
