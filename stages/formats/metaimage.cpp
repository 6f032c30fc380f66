// MetaImage: a text header of `Key = value` lines beside a .raw file, with the keys and their order
// as ITK writes them. World coordinates are LPS, as in DICOM.

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "stages/formats/formats.h"

namespace dcmflow {
namespace {

struct ElementType {
  VoxelType type;
  std::string_view name;
};

constexpr std::array<ElementType, 5> element_types{{
    {VoxelType::int16, "MET_SHORT"},
    {VoxelType::uint16, "MET_USHORT"},
    {VoxelType::int32, "MET_INT"},
    {VoxelType::float32, "MET_FLOAT"},
    {VoxelType::rgb24, "MET_UCHAR"},
}};

// The shortest text that reads back as the same number; -0 is written as 0.
template <class Number>
void append_number(std::string& text, Number number) {
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number + Number{0});
  text.append(digits.data(), end.ptr);
}

template <class Number>
void append_numbers(std::string& text, const std::array<Number, 3>& numbers) {
  for (const Number number : numbers) {
    text += ' ';
    append_number(text, number);
  }
}

// Where each index axis comes from, as MetaIO names it: the identity, which runs to the left,
// posterior and superior, is "RAI". An oblique grid gets the three different axes that it is
// closest to.
std::string anatomical_orientation(const std::array<Vector3, 3>& direction) {
  std::array<std::size_t, 3> axes{0, 1, 2};
  std::array<std::size_t, 3> closest = axes;
  double closest_sum = -1;
  do {
    double sum = 0;
    for (std::size_t i = 0; i < 3; ++i) sum += std::abs(direction[i][axes[i]]);
    if (sum > closest_sum) {
      closest = axes;
      closest_sum = sum;
    }
  } while (std::ranges::next_permutation(axes).found);

  constexpr std::string_view from_where_if_positive = "RAI";
  constexpr std::string_view from_where_if_negative = "LPS";
  std::string letters;
  for (std::size_t i = 0; i < 3; ++i) {
    const bool negative = direction[i][closest[i]] < 0;
    letters += (negative ? from_where_if_negative : from_where_if_positive)[closest[i]];
  }
  return letters;
}

}  // namespace

std::string metaimage_header(const ImageHeader& image, std::string_view voxel_file) {
  const Grid& grid = image.grid;
  std::string text =
      "ObjectType = Image\n"
      "NDims = 3\n"
      "BinaryData = True\n"
      "BinaryDataByteOrderMSB = False\n"
      "CompressedData = False\n"
      "TransformMatrix =";
  for (const Vector3& axis : grid.direction) append_numbers(text, axis);
  text += "\nOffset =";
  append_numbers(text, grid.origin);
  text += "\nCenterOfRotation = 0 0 0\nAnatomicalOrientation = ";
  text += anatomical_orientation(grid.direction);
  text += "\nElementSpacing =";
  append_numbers(text, grid.spacing);
  text += "\nDimSize =";
  append_numbers(text, grid.size);
  if (image.type == VoxelType::rgb24) text += "\nElementNumberOfChannels = 3";
  text += "\nElementType = ";
  text += std::ranges::find(element_types, image.type, &ElementType::type)->name;
  text += "\nElementDataFile = ";  // must be the last line: readers stop here
  text += voxel_file;
  text += '\n';
  return text;
}

}  // namespace dcmflow
