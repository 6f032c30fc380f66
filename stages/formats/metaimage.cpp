// MetaImage: a text header of `Key = value` lines, beside a .raw file (mhd) or in front of the
// voxels (mha), with the keys and their order as ITK writes them. World coordinates are LPS, as in
// DICOM.
//
// In four dimensions the last one stands apart: unit direction, no offset. An unplaced image has an
// identity, as the format wants one, and no anatomical orientation. Readers know the two keys of
// the rescale and apply neither.

#include <algorithm>
#include <array>
#include <cmath>

#include "stages/formats/formats.h"
#include "stages/formats/number_text.h"

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

// The numbers of the three axes, and that of the fourth dimension where there is one.
template <class Number>
void append_numbers(std::string& text, const std::array<Number, 3>& numbers,
                    std::optional<Number> fourth) {
  for (const Number number : numbers) append_number(text += ' ', number);
  if (fourth) append_number(text += ' ', *fourth);
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

// A number for the fourth dimension, if there is one.
template <class Number>
std::optional<Number> fourth(const ImageHeader& image, Number number) {
  return image.volumes > 1 ? std::optional(number) : std::nullopt;
}

void append_place(std::string& text, const ImageHeader& image) {
  constexpr std::array<Vector3, 3> identity{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
  const Grid& grid = image.grid;
  text += "TransformMatrix =";
  for (const Vector3& axis : grid.is_placed ? grid.direction : identity)
    append_numbers(text, axis, fourth(image, 0.0));
  if (image.volumes > 1) text += " 0 0 0 1";
  text += "\nOffset =";
  append_numbers(text, grid.is_placed ? grid.origin : Vector3{}, fourth(image, 0.0));
  text += "\nCenterOfRotation =";
  append_numbers(text, Vector3{}, fourth(image, 0.0));
  // The letters are defined for three dimensions.
  if (grid.is_placed && image.volumes == 1)
    text += "\nAnatomicalOrientation = " + anatomical_orientation(grid.direction);
  text += "\nElementSpacing =";
  append_numbers(text, grid.spacing, fourth(image, image.time_step > 0 ? image.time_step : 1));
  text += "\nDimSize =";
  append_numbers(text, grid.size, fourth(image, image.volumes));
  text += '\n';
}

}  // namespace

std::string metaimage_header(const ImageHeader& image, std::string_view voxel_file) {
  std::string text = "ObjectType = Image\nNDims = ";
  text += image.volumes > 1 ? '4' : '3';
  text +=
      "\nBinaryData = True\n"
      "BinaryDataByteOrderMSB = False\n"
      "CompressedData = False\n";
  append_place(text, image);
  if (image.type == VoxelType::rgb24) text += "ElementNumberOfChannels = 3\n";
  if (image.scale) {
    append_number(text += "ElementToIntensityFunctionSlope = ", image.scale->slope);
    append_number(text += "\nElementToIntensityFunctionOffset = ", image.scale->intercept);
    text += '\n';
  }
  text += "ElementType = ";
  text += std::ranges::find(element_types, image.type, &ElementType::type)->name;
  text += "\nElementDataFile = ";  // must be the last line: readers stop here
  text += voxel_file;
  text += '\n';
  return text;
}

std::string metaimage_local_header(const ImageHeader& image, std::string_view /*voxel_file*/) {
  return metaimage_header(image, "LOCAL");
}

}  // namespace dcmflow
