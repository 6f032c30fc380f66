#pragma once
// Siemens' CSA headers, private elements that hold a table of named values, in its two formats
// ("SV10" and the older one without a mark), and the text of the measurement protocol in it. No
// Problems.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stages/dicom_types.h"

namespace dcmflow {

// The values of the first element called `name`, without padding; empty ones are left out. Views
// into `csa`. Empty when the element is not there, or behind damage. Pure; thread-safe.
std::vector<std::string_view> csa_values(std::span<const std::uint8_t> csa, std::string_view name);

// The text of the measurement protocol, between its marks "### ASCCONV BEGIN" and "### ASCCONV
// END": of a CSA series header, or of the protocol that XA scanners store as it is. A view into it;
// empty when one of the marks is missing. Pure; thread-safe, as the others.
std::string_view protocol_text(std::span<const std::uint8_t> header);

// What the protocol says of a parameter, e.g. "sPat.lAccelFactPE": a number in decimal, a text
// without its quotes. nullopt when it does not name it, which is how it says 0.
std::optional<std::string> protocol_value(std::string_view protocol_text, std::string_view name);

// The centres of the slices that were asked for, patient coordinates, in the order of the protocol
// (sSliceArray in the ASCCONV part of a CSA series header). Empty when it does not say.
std::vector<Vector3> protocol_slices(std::span<const std::uint8_t> csa_series_header);

}  // namespace dcmflow
