#pragma once
// One function a vendor for what it says of a frame in private attributes or texts: what
// find_diffusion() and vendor_component() ask by the table in diffusion.cpp. All are pure. No
// Problems.

#include <optional>
#include <string_view>

#include "stages/dicom_types.h"

namespace dcmflow {

struct VendorDiffusion {
  std::optional<double> b_value;     // s/mm²
  std::optional<Vector3> direction;  // patient coordinates, of any length; 0 for none
  bool is_isotropic = false;         // no direction, whatever else says so
};

VendorDiffusion siemens_diffusion(const Frame& frame);
VendorDiffusion philips_diffusion(const Frame& frame);
VendorDiffusion ge_diffusion(const Frame& frame);
VendorDiffusion uih_diffusion(const Frame& frame);
VendorDiffusion canon_diffusion(const Frame& frame);

// As vendor_component().
std::string_view ge_component(const Frame& frame);
std::string_view philips_component(const Frame& frame);

}  // namespace dcmflow
