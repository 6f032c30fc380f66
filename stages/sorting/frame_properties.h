#pragma once
// What a frame is, in the words that tell one image of a series from another: everything that one
// image has only one of, apart from its geometry. No Problems.

#include <array>
#include <string>
#include <string_view>

#include "stages/dicom_types.h"

namespace dcmflow {

// A property that splits a series. The word that names an image that was split off for it is the
// property's own name, or its value where that is a word that says more ("phase", "localizer").
struct FrameProperty {
  std::string_view name;
  std::string (*value)(const Frame&);
  bool value_is_word = false;
  // Whether frames with this value can be slices of one image with frames of another such value,
  // where no position has both: how a frame is stored is not what it shows. Null: never.
  bool (*is_storage)(std::string_view value) = nullptr;
};

inline constexpr std::size_t frame_property_count = 10;
// Values in the order of frame_properties().
using PropertyValues = std::array<std::string, frame_property_count>;

// In this order: the first that differs names the image. Vendor words in Image Type (NORM, DIS2D),
// coil, exposure and acquisition number are none.
const std::array<FrameProperty, frame_property_count>& frame_properties();

// What the values of frames that differ in storage alone have in common.
PropertyValues without_storage(const PropertyValues& values);

// Places of values in PropertyValues.
inline constexpr std::size_t class_property = 0, matrix_property = 1, colour_property = 2,
                             type_property = 3, frame_property = 4, localizer_property = 5,
                             component_property = 6, derivation_property = 7, segment_property = 8;

// Pure; thread-safe. They follow from the SharedHeader alone unless the instance says something of
// each frame (Instance::frames).
PropertyValues property_values(const Frame& frame);

}  // namespace dcmflow
