// Siemens: mosaics and diffusion, from private elements and CSA headers.

#include <array>
#include <cmath>

#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"
#include "stages/dicom/vendor/csa_header.h"
#include "stages/dicom/vendor/mosaic.h"
#include "stages/dicom/vendor/vendor_attributes.h"
#include "stages/dicom/vendor/vendors.h"

namespace dcmflow {
namespace {

constexpr auto image_header = place_index(0x00290010);
constexpr auto series_header = place_index(0x00290020);

// A direction along the normal: what two texts of at least 8 digits may differ by, and more.
constexpr double along = 0.999;
// How far a slice of the protocol may lie from where the image says that it is.
constexpr double same_position_mm = 0.05;
constexpr std::int64_t most_tiles = 4096;

template <std::size_t N>
std::optional<std::array<double, N>> numbers(const std::vector<std::string_view>& values) {
  if (values.size() != N) return std::nullopt;
  std::array<double, N> numbers{};
  for (std::size_t i = 0; i < N; ++i) {
    const auto number = parse_decimal(values[i]);
    if (!number) return std::nullopt;
    numbers[i] = *number;
  }
  return numbers;
}

// What the CSA headers say of a mosaic.
struct CsaMosaic {
  std::int64_t tiles = 0;         // 0: not said
  std::optional<Vector3> normal;  // from tile to tile
  std::vector<Vector3> protocol;  // centres of slices
};

// Values of a CSA image header under the attributes that newer scanners write them under.
void add_diffusion(std::span<const std::uint8_t> csa, AttributeValues& values) {
  struct Element {
    std::string_view name;
    AttributeIndex attribute;
  };
  constexpr std::array elements{
      Element{"B_value", vendor_index(0x0019000C)},
      Element{"DiffusionGradientDirection", vendor_index(0x0019000E)},
      Element{"B_matrix", vendor_index(0x00190027)},
  };
  for (const auto& element : elements) {
    if (values.find(element.attribute)) continue;
    std::string text;
    for (const auto value : csa_values(csa, element.name)) {
      if (!text.empty()) text += '\\';
      text += value;
    }
    if (!text.empty()) values.add(element.attribute, text);
  }
}

CsaMosaic read_csa(ByteSource& source, HeaderWalk& walk) {
  CsaMosaic found;
  if (const auto csa = placed_value(source, walk.places[image_header]); !csa.empty()) {
    const auto tiles = csa_values(csa, "NumberOfImagesInMosaic");
    if (!tiles.empty()) found.tiles = parse_integer(tiles.front()).value_or(0);
    found.normal = numbers<3>(csa_values(csa, "SliceNormalVector"));
    add_diffusion(csa, walk.varying);
  }
  found.protocol = protocol_slices(placed_value(source, walk.places[series_header]));
  return found;
}

// The plane of the stored image.
struct Plane {
  Vector3 position, row, column, normal;
  double row_spacing = 0, column_spacing = 0;  // between rows, between columns
};

Result<Plane> plane_of(const HeaderTexts& text) {
  const auto position = parse_decimals<3>(text(attribute_index(0x00200032)));
  const auto orientation = parse_decimals<6>(text(attribute_index(0x00200037)));
  const auto spacing = parse_decimals<2>(text(attribute_index(0x00280030)));
  if (!position || !orientation || !spacing)
    return no_mosaic_geometry(std::string("a mosaic without ") +
                              (!position      ? "Image Position (Patient)"
                               : !orientation ? "Image Orientation (Patient)"
                                              : "Pixel Spacing"));
  const auto& o = *orientation;
  Plane plane{.position = *position,
              .row = {o[0], o[1], o[2]},
              .column = {o[3], o[4], o[5]},
              .normal = {},
              .row_spacing = (*spacing)[0],
              .column_spacing = (*spacing)[1]};
  plane.normal = cross(plane.row, plane.column);
  const double length = norm(plane.normal);
  if (!(std::abs(length - 1) < 0.01))
    return no_mosaic_geometry("Image Orientation (Patient) is no pair of orthogonal unit vectors");
  plane.normal = plane.normal * (1 / length);
  return plane;
}

// 1 when the tiles follow the normal, −1 when they go against it. The protocol proves it where the
// image lies at one of its ends; else the CSA header's normal says it.
// REQUIRES: a tile, as cut_mosaic() proves.
std::optional<double> direction_of(const Plane& plane, const CsaMosaic& csa, std::size_t tiles) {
  if (tiles == 1) return 1;
  if (csa.protocol.size() == tiles) {
    const double here = dot(plane.position, plane.normal);
    const double first = dot(csa.protocol.front(), plane.normal);
    const double last = dot(csa.protocol.back(), plane.normal);
    const bool at_first = std::abs(here - first) < same_position_mm;
    const bool at_last = std::abs(here - last) < same_position_mm;
    if (at_first != at_last) return (at_first ? last - first : first - last) > 0 ? 1 : -1;
  }
  if (!csa.normal) return std::nullopt;
  const double cosine = dot(*csa.normal, plane.normal);
  if (std::abs(cosine) < along) return std::nullopt;
  return cosine > 0 ? 1 : -1;
}

// From slice to slice: Spacing Between Slices, else the protocol's.
double step_of(const HeaderTexts& text, const CsaMosaic& csa, std::size_t tiles) {
  if (const auto between = parse_decimal(text(attribute_index(0x00180088)));
      between && *between > 0)
    return *between;
  if (csa.protocol.size() == tiles && tiles > 1)
    return norm(csa.protocol.back() - csa.protocol.front()) / static_cast<double>(tiles - 1);
  return 0;
}

std::int64_t tiles_of(const HeaderTexts& text, const CsaMosaic& csa) {
  if (csa.tiles > 0) return csa.tiles;
  if (const auto tiles = parse_integer(text(vendor_index(0x0019000A)))) return *tiles;
  return static_cast<std::int64_t>(csa.protocol.size());
}

// The direction that a matrix of b-values weights most: b·g·gᵀ for one gradient.
std::optional<Vector3> principal_direction(const std::array<double, 6>& m) {
  const std::array<Vector3, 3> rows{Vector3{m[0], m[1], m[2]}, Vector3{m[1], m[3], m[4]},
                                    Vector3{m[2], m[4], m[5]}};
  // The longest row is not orthogonal to it, and the matrix pulls every vector towards it.
  Vector3 direction{};
  for (const auto& row : rows)
    if (norm(row) > norm(direction)) direction = row;
  for (int i = 0; i < 64 && norm(direction) > 0; ++i) {
    direction = normalised(direction);
    direction = {dot(rows[0], direction), dot(rows[1], direction), dot(rows[2], direction)};
  }
  if (!(norm(direction) > 0)) return std::nullopt;
  return normalised(direction);
}

}  // namespace

void read_siemens_diffusion(ByteSource& source, HeaderWalk& walk) {
  if (walk.varying.find(vendor_index(0x0019000C))) return;
  const auto csa = placed_value(source, walk.places[image_header]);
  if (!csa.empty()) add_diffusion(csa, walk.varying);
}

Result<Mosaic> read_siemens_mosaic(ByteSource& source, HeaderWalk& walk) {
  const auto csa = read_csa(source, walk);
  const HeaderTexts text(walk);
  const auto tiles = tiles_of(text, csa);
  if (tiles < 1 || tiles > most_tiles)
    return no_mosaic_geometry("a mosaic of " + std::to_string(tiles) +
                              " slices by its private headers, expected 1 to " +
                              std::to_string(most_tiles));
  const auto count = static_cast<std::size_t>(tiles);
  // A square, whatever is left empty in it.
  const auto across = static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(count))));
  auto mosaic = cut_mosaic(text, count, across, across);
  if (!mosaic) return mosaic;
  const auto plane = plane_of(text);
  if (!plane) return plane.problem();
  const auto direction = direction_of(*plane, csa, count);
  if (!direction)
    return no_mosaic_geometry(
        "neither the CSA header's slice normal nor its protocol says in which direction the " +
        std::to_string(count) + " slices go");
  const double step = step_of(text, csa, count);
  if (!(step > 0) && count > 1)
    return no_mosaic_geometry("no Spacing Between Slices for a mosaic of " + std::to_string(count));
  // The position is that of a slice as large as the mosaic around the same centre.
  const double down = mosaic->tile_rows * (static_cast<double>(across) - 1) / 2;
  const double right = mosaic->tile_columns * (static_cast<double>(across) - 1) / 2;
  const auto first = plane->position + plane->row * (right * plane->column_spacing) +
                     plane->column * (down * plane->row_spacing);
  std::vector<Vector3> positions;
  for (std::size_t i = 0; i < count; ++i)
    positions.push_back(first + plane->normal * (*direction * step * static_cast<double>(i)));
  place_tiles(*mosaic, positions);
  return mosaic;
}

VendorDiffusion siemens_diffusion(const Frame& frame) {
  VendorDiffusion found;
  found.b_value = parse_decimal(frame.find(vendor_index(0x0019000C)).value_or(""));
  found.direction = parse_decimals<3>(frame.find(vendor_index(0x0019000E)).value_or(""));
  if (!found.direction)
    if (const auto matrix = parse_decimals<6>(frame.find(vendor_index(0x00190027)).value_or("")))
      found.direction = principal_direction(*matrix);
  return found;
}

}  // namespace dcmflow
