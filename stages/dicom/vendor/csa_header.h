#pragma once
// Siemens' CSA headers, private elements that hold a table of named values, in its two formats
// ("SV10" and the older one without a mark), and the text of the measurement protocol in it. No
// Problems.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "stages/dicom_types.h"

namespace dcmflow {

// The values of the first element called `name`, without padding; empty ones are left out. Views
// into `csa`. Empty when the element is not there, or behind damage. Pure; thread-safe.
std::vector<std::string_view> csa_values(std::span<const std::uint8_t> csa, std::string_view name);

// The centres of the slices that were asked for, patient coordinates, in the order of the protocol
// (sSliceArray in the ASCCONV part of a CSA series header). Empty when it does not say.
std::vector<Vector3> protocol_slices(std::span<const std::uint8_t> csa_series_header);

}  // namespace dcmflow
