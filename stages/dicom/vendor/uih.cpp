// United Imaging: grids of slices (VFRAME) and diffusion.

#include <algorithm>
#include <cmath>

#include "stages/dicom/attributes.h"
#include "stages/dicom/date_time.h"
#include "stages/dicom/value_text.h"
#include "stages/dicom/vendor/mosaic.h"
#include "stages/dicom/vendor/vendor_attributes.h"
#include "stages/dicom/vendor/vendors.h"

namespace dcmflow {
namespace {

constexpr auto frame_sequence = place_index(0x00650051);
constexpr std::uint32_t image_position_tag = 0x00200032;
constexpr std::uint32_t acquisition_time_tag = 0x00080032;
constexpr std::size_t most_tiles = 4096;

struct Tile {
  std::optional<Vector3> position;
  std::optional<std::int64_t> time_us;  // since midnight
};

Tile read_tile(ByteSource& source, DatasetEncoding encoding, const Element& item,
               std::uint64_t end) {
  Tile tile;
  ElementReader elements(source, encoding, item.value, end);
  for (Element element; elements.next(element) && element.tag != item_delimiter_tag;) {
    if (element.tag == image_position_tag || element.tag == acquisition_time_tag) {
      const auto value = placed_value(source, element);
      const bool is_position = element.tag == image_position_tag;
      const auto text = value_text(value, is_position ? vr('D', 'S') : vr('T', 'M'), false, "");
      if (is_position)
        tile.position = parse_decimals<3>(text);
      else
        tile.time_us = parse_time_of_day(text);
    }
    if (!elements.skip(element)) break;
  }
  return tile;
}

// The items of the private sequence, in their order. Damage ends them.
std::vector<Tile> read_tiles(ByteSource& source, DatasetEncoding encoding,
                             const Element& sequence) {
  std::vector<Tile> tiles;
  if (sequence.tag == 0) return tiles;
  if (sequence.vr == vr('U', 'N')) encoding = {.explicit_vr = false};
  const auto end = sequence.has_undefined_length()
                       ? source.size()
                       : std::min(source.size(), sequence.value + sequence.length);
  ElementReader items(source, encoding, sequence.value, end);
  for (Element item; items.next(item) && item.tag == item_tag && tiles.size() <= most_tiles;) {
    // An item of undefined length is walked twice: for its tile, and to find its end.
    const auto item_end =
        item.has_undefined_length() ? end : std::min(end, item.value + item.length);
    tiles.push_back(read_tile(source, encoding, item, item_end));
    if (!items.skip_item(item)) break;
  }
  return tiles;
}

// Milliseconds from the earliest tile; none unless all tiles have a time.
std::string slice_times(const std::vector<Tile>& tiles) {
  if (!std::ranges::all_of(tiles, [](const Tile& t) { return t.time_us.has_value(); })) return {};
  const auto first = *std::ranges::min(tiles, {}, &Tile::time_us).time_us;
  std::vector<double> times_ms;
  for (const auto& tile : tiles)
    times_ms.push_back(static_cast<double>(*tile.time_us - first) / 1000);
  return numbers_text(times_ms);
}

}  // namespace

Result<Mosaic> read_uih_mosaic(ByteSource& source, HeaderWalk& walk) {
  const auto tiles = read_tiles(source, walk.encoding, walk.places[frame_sequence]);
  if (tiles.empty() || tiles.size() > most_tiles)
    return no_mosaic_geometry("a grid of slices with " + std::to_string(tiles.size()) +
                              " items in the private frame sequence, expected 1 to " +
                              std::to_string(most_tiles));
  std::vector<Vector3> positions;
  for (const auto& tile : tiles) {
    if (!tile.position)
      return no_mosaic_geometry("item " + std::to_string(positions.size() + 1) + " of " +
                                std::to_string(tiles.size()) +
                                " of the private frame sequence has no Image Position (Patient)");
    positions.push_back(*tile.position);
  }
  const auto across =
      static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(tiles.size()))));
  auto mosaic =
      cut_mosaic(HeaderTexts(walk), tiles.size(), across, (tiles.size() + across - 1) / across);
  if (!mosaic) return mosaic;
  place_tiles(*mosaic, positions);
  constexpr auto times = vendor_index(0x00190029);
  if (const auto text = slice_times(tiles); !text.empty() && !walk.varying.find(times))
    walk.varying.add(times, text);
  return mosaic;
}

VendorDiffusion uih_diffusion(const Frame& frame) {
  VendorDiffusion found;
  found.b_value = parse_decimal(frame.find(vendor_index(0x00650009)).value_or(""));
  // Along the row, down the column, along their normal.
  const auto in_image = parse_decimals<3>(frame.find(vendor_index(0x00650037)).value_or(""));
  const auto orientation = frame.image_orientation_patient();
  if (!in_image || !orientation) return found;
  const auto& o = *orientation;
  const Vector3 row{o[0], o[1], o[2]};
  const Vector3 column{o[3], o[4], o[5]};
  found.direction =
      row * (*in_image)[0] + column * (*in_image)[1] + cross(row, column) * (*in_image)[2];
  return found;
}

}  // namespace dcmflow
