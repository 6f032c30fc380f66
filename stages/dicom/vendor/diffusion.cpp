#include "stages/dicom/vendor/diffusion.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "stages/base/vector3.h"
#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"
#include "stages/dicom/vendor/component.h"
#include "stages/dicom/vendor/slice_times.h"
#include "stages/dicom/vendor/vendor_attributes.h"
#include "stages/dicom/vendor/vendors.h"

namespace dcmflow {
namespace {

std::string_view no_component(const Frame&) { return {}; }

// Whether a frame has one of the attributes: they were found by their creators.
template <AttributeIndex... attributes>
bool has_any(const Frame& frame) {
  return (frame.find(attributes) || ...);
}
// One look at each value, where has_any() takes one for each attribute that it asks for.
bool has_vendor_attribute(const Frame& frame) {
  bool found = false;
  const auto look = [&found](AttributeIndex attribute, std::string_view) {
    found |= attribute >= built_in_attributes.size() && attribute < vendor_attributes_end;
  };
  const Instance& instance = *frame.instance;
  if (instance.frames() && frame.number < instance.frames()->size())
    (*instance.frames())[frame.number].for_each(look);
  instance.values.for_each(look);
  if (instance.shared) instance.shared->values.for_each(look);
  return found;
}
constexpr auto is_siemens = has_any<vendor_index(0x0019000A), vendor_index(0x0019000C),
                                    vendor_index(0x0019000E), vendor_index(0x00190027)>;
constexpr auto is_philips = has_any<vendor_index(0x20010003), vendor_index(0x20010004),
                                    vendor_index(0x200500B0), vendor_index(0x20050011)>;
constexpr auto is_ge =
    has_any<vendor_index(0x00430039), vendor_index(0x0043002F), vendor_index(0x001900BB)>;
constexpr auto is_uih = has_any<vendor_index(0x00650009), vendor_index(0x00650037)>;

// Canon has no private attribute that is read; nobody else begins a comment so.
bool is_canon(const Frame& frame) {
  return frame.find(attribute_index(0x00204000)).value_or("").starts_with("b=");
}

// By how Manufacturer begins, in capitals; where an anonymiser changed that, by what else only the
// vendor writes.
struct Vendor {
  std::string_view name;
  bool (*wrote)(const Frame& frame);
  VendorDiffusion (*diffusion)(const Frame& frame);
  std::string_view (*component)(const Frame& frame) = no_component;
};
constexpr std::array vendors{
    Vendor{"SIEMENS", is_siemens, siemens_diffusion},
    Vendor{"PHILIPS", is_philips, philips_diffusion, philips_component},
    Vendor{"GE ", is_ge, ge_diffusion, ge_component},
    Vendor{"GEMS", is_ge, ge_diffusion, ge_component},
    Vendor{"UIH", is_uih, uih_diffusion},
    Vendor{"UNITED IMAGING", is_uih, uih_diffusion},
    Vendor{"CANON", is_canon, canon_diffusion},
    Vendor{"TOSHIBA", is_canon, canon_diffusion},
};

const Vendor* vendor_of(const Frame& frame) {
  const auto manufacturer = frame.find(attribute_index(0x00080070)).value_or("");
  const auto capital = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; };
  const auto* vendor = std::ranges::find_if(vendors, [&](const Vendor& v) {
    return manufacturer.size() >= v.name.size() &&
           std::ranges::equal(manufacturer.substr(0, v.name.size()), v.name, {}, capital);
  });
  if (vendor != vendors.end()) return vendor;
  const bool is_marked = has_vendor_attribute(frame);
  vendor = std::ranges::find_if(vendors, [&](const Vendor& v) {
    return (is_marked || v.wrote == is_canon) && v.wrote(frame);
  });
  return vendor == vendors.end() ? nullptr : vendor;
}

// The direction with length 1; nullopt when it has no length. What is squared is near 1, since the
// square of a large number is endless, and that of a small one 0.
std::optional<Vector3> unit_vector(Vector3 direction) {
  const double largest =
      std::max({std::abs(direction[0]), std::abs(direction[1]), std::abs(direction[2])});
  for (auto& component : direction) component /= largest;
  if (!(norm(direction) >= 1)) return std::nullopt;  // 0 / 0, or a number that is none
  return normalised(direction);
}

}  // namespace

// Diffusion b-value and Diffusion Gradient Orientation (PS3.3 C.8.13.5.9) come first; what they
// leave open is the vendor's to say.
std::optional<Diffusion> find_diffusion(const Frame& frame) {
  auto b_value = parse_decimal(frame.find(attribute_index(0x00189087)).value_or(""));
  auto direction = parse_decimals<3>(frame.find(attribute_index(0x00189089)).value_or(""));
  if (const auto* vendor = vendor_of(frame)) {
    const auto its = vendor->diffusion(frame);
    if (!b_value) b_value = its.b_value;
    if (!direction) direction = its.direction;
    if (its.is_isotropic) direction.reset();
  }
  if (!b_value || *b_value < 0) return std::nullopt;
  Diffusion diffusion{.b_value = *b_value, .direction = {}};
  if (direction && *b_value > 0) diffusion.direction = unit_vector(*direction);
  return diffusion;
}

bool is_isotropic(const Frame& frame) {
  return frame.find(attribute_index(0x00189075)).value_or("") == "ISOTROPIC" ||
         frame.find(vendor_index(0x20010004)).value_or("") == "I";
}

std::string_view vendor_component(const Frame& frame) {
  const auto* vendor = vendor_of(frame);
  return vendor ? vendor->component(frame) : std::string_view();
}

std::vector<double> slice_times_ms(const Frame& frame) {
  if (frame.instance->pixel_data.tiles_across == 0) return {};
  auto times = parse_numbers(frame.find(vendor_index(0x00190029)).value_or(""));
  if (!times || times->size() != frame.instance->pixel_data.number_of_frames) return {};
  return std::move(*times);
}

}  // namespace dcmflow
