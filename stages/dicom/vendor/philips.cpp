// Philips: diffusion and image components. The private rescale (2005,xx0E) is left alone: the
// standard's slope and intercept give what the scanner displays, and they are what an image states.

#include <algorithm>
#include <array>

#include "stages/dicom/value_text.h"
#include "stages/dicom/vendor/vendor_attributes.h"
#include "stages/dicom/vendor/vendors.h"

namespace dcmflow {

VendorDiffusion philips_diffusion(const Frame& frame) {
  VendorDiffusion found;
  found.b_value = parse_decimal(frame.find(vendor_index(0x20010003)).value_or(""));
  found.is_isotropic = frame.find(vendor_index(0x20010004)).value_or("").starts_with('I');
  const auto component = [&](AttributeIndex attribute) {
    return parse_decimal(frame.find(attribute).value_or(""));
  };
  const auto rl = component(vendor_index(0x200500B0));
  const auto ap = component(vendor_index(0x200500B1));
  const auto fh = component(vendor_index(0x200500B2));
  // From right to left, from anterior to posterior, from feet to head: the patient's axes.
  if (rl && ap && fh) found.direction = Vector3{*rl, *ap, *fh};
  return found;
}

std::string_view philips_component(const Frame& frame) {
  struct Component {
    std::string_view letter, name;
  };
  constexpr std::array components{Component{"M", "magnitude"}, Component{"P", "phase"},
                                  Component{"R", "real"}, Component{"I", "imaginary"}};
  const auto letter = frame.find(vendor_index(0x20050011)).value_or("");
  const auto* found = std::ranges::find(components, letter, &Component::letter);
  return found == components.end() ? std::string_view() : found->name;
}

}  // namespace dcmflow
