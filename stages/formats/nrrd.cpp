// NRRD, "nearly raw raster data" (teem.sourceforge.net/nrrd/format.html): a text header that ends
// with an empty line, then the voxels, raw or as one gzip member. World coordinates are LPS, as in
// DICOM. Space directions are steps, not unit vectors, and need not be orthogonal: a sheared grid
// fits. An unplaced image has spacings and no space.
//
// The fourth dimension of an image in time is an axis of its space (left-posterior-superior-time);
// any other is a list of volumes. The rescale of stored voxels stands in key/value pairs, which no
// reader applies.

#include <algorithm>
#include <array>

#include "stages/formats/formats.h"
#include "stages/formats/number_text.h"

namespace dcmflow {
namespace {

struct SampleType {
  VoxelType type;
  std::string_view name;
};

constexpr std::array<SampleType, 5> sample_types{{
    {VoxelType::int16, "int16"},
    {VoxelType::uint16, "uint16"},
    {VoxelType::int32, "int32"},
    {VoxelType::float32, "float"},
    {VoxelType::rgb24, "uint8"},
}};

struct Axes {
  bool has_colour;
  bool has_list;
  bool has_time;
};

Axes axes_of(const ImageHeader& image) {
  const bool is_4d = image.volumes > 1;
  const bool is_time = is_4d && image.time_step > 0 && image.grid.is_placed;
  return {image.type == VoxelType::rgb24, is_4d && !is_time, is_time};
}

// `line` in three parts, with what the colours before and the volumes behind the three axes of
// space add to it.
void append_line(std::string& text, std::string_view key, const Axes& axes, std::string_view colour,
                 const std::string& space, const std::string& volumes) {
  text.append(key).append(":");
  if (axes.has_colour) text.append(" ").append(colour);
  text += space;
  if (axes.has_list || axes.has_time) text.append(" ").append(volumes);
  text += '\n';
}

// " (x,y,z)", with a fourth number where time is an axis of the space.
std::string in_space(const Vector3& vector, double scale, const Axes& axes) {
  std::string text = " (";
  for (const double coordinate : vector) {
    if (!text.ends_with('(')) text += ',';
    append_number(text, coordinate * scale);
  }
  return text + (axes.has_time ? ",0)" : ")");
}

void append_place(std::string& text, const ImageHeader& image, const Axes& axes) {
  const Grid& grid = image.grid;
  std::string steps;
  if (!grid.is_placed) {
    for (const double spacing : grid.spacing) append_number(steps += ' ', spacing);
    append_line(text, "spacings", axes, "nan", steps, "nan");
    return;
  }
  for (std::size_t i = 0; i < 3; ++i) steps += in_space(grid.direction[i], grid.spacing[i], axes);
  std::string volume_step = "none";
  if (axes.has_time) {
    append_number(volume_step = "(0,0,0,", image.time_step);
    volume_step += ')';
  }
  append_line(text, "space directions", axes, "none", steps, volume_step);
  text += "space origin:" + in_space(grid.origin, 1, axes) + '\n';
}

std::string header(const ImageHeader& image, std::string_view encoding) {
  const Axes axes = axes_of(image);
  std::string text = "NRRD0004\ntype: ";
  text += std::ranges::find(sample_types, image.type, &SampleType::type)->name;
  text += "\ndimension: ";
  append_number(text, 3 + int{axes.has_colour} + int{axes.has_list || axes.has_time});
  text += '\n';
  if (image.grid.is_placed)
    text += axes.has_time ? "space: left-posterior-superior-time\n"
                          : "space: left-posterior-superior\n";
  std::string sizes;
  for (const std::uint32_t size : image.grid.size) append_number(sizes += ' ', size);
  append_line(text, "sizes", axes, "3", sizes, std::to_string(image.volumes));
  append_place(text, image, axes);
  append_line(text, "kinds", axes, "RGB-color", " domain domain domain",
              axes.has_time ? "time" : "list");
  text += "endian: little\nencoding: ";
  text += encoding;
  text += '\n';
  if (image.scale) {
    append_number(text += "rescale slope:=", image.scale->slope);
    append_number(text += "\nrescale intercept:=", image.scale->intercept);
    text += '\n';
  }
  return text + '\n';
}

}  // namespace

std::string nrrd_header(const ImageHeader& image, std::string_view /*voxel_file*/) {
  return header(image, "raw");
}

std::string nrrd_gzip_header(const ImageHeader& image, std::string_view /*voxel_file*/) {
  return header(image, "gzip");
}

}  // namespace dcmflow
