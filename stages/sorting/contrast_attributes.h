#pragma once
// What makes a contrast or a quantity: the attributes of which a volume has one value each. What
// varies harmlessly from slice to slice (exposure, window, times of slices) is none of them.
// docs/homogeneity.md tells why each is in the table and why its tolerance is what it is. Pure; no
// Problems; thread-safe.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "stages/dicom_types.h"
#include "stages/sorting/dimension_keys.h"

namespace dcmflow {

// What its values become where positions repeat.
enum class ContrastUse : std::uint8_t {
  image,   // an image each
  volume,  // volumes of their own, of one 4-D image
  hint,    // tells volumes apart when it gives each position each value once; else says nothing
};

// What its values become where no position has two of them.
enum class WhereApart : std::uint8_t {
  refuse,       // an image each, where each is a regular stack; else none
  split,        // an image each, where each is a regular stack; else one image
  interleaved,  // the same, where these stacks lie between each other
  ignore,       // one image
};

// Numbers where the attribute is a number or a direction, else text.
struct ContrastValue {
  KeyValue numbers{};
  std::string text;
  bool operator==(const ContrastValue&) const = default;
  auto operator<=>(const ContrastValue&) const = default;
};

// How equal is decided; of numbers, those that follow each other in ascending order are compared.
enum class Equality : std::uint8_t {
  text,       // the same text
  number,     // within `tolerance` of the greater, relative
  direction,  // the first number relative, the vector of the other three within tolerance degrees
};

// What a frame without a value is.
enum class Absent : std::uint8_t {
  joins,          // as the most of those with one
  unless_beside,  // the same, unless frames with and without stand at one position
  is_value,       // not as those with: nothing says that it is diffusion weighted
};

struct ContrastAttribute {
  std::string_view keyword;  // as messages call it
  std::string_view word;     // names the image that is split off
  ContrastUse use = ContrastUse::hint;
  WhereApart apart = WhereApart::ignore;
  Equality equality = Equality::text;
  double tolerance = 0;
  std::optional<ContrastValue> (*read)(const Frame&) = nullptr;
  // It is read where one of these differs among frames.
  std::span<const AttributeIndex> sources;
  // Can be another in each slice without being another contrast: then it tells nothing.
  bool is_measured = false;
  // Can be so in each slice too, such as the coil: volumes are sooner told apart by it than
  // guessed, and yet it need not be the same in all slices of one.
  bool is_word = false;
  Absent absent = Absent::unless_beside;
};

// In this order: the first that differs names an image.
std::span<const ContrastAttribute> contrast_attributes();

}  // namespace dcmflow
