#include "stages/dicom/vendor/vendor_header.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"
#include "stages/dicom/vendor/mosaic.h"
#include "stages/dicom/vendor/vendor_attributes.h"

namespace dcmflow {
namespace {

constexpr std::uint32_t longest_placed_value = 8 << 20;

// A value of Image Type, and what is read where it stands.
struct Kind {
  std::string_view image_type;
  Result<Mosaic> (*read)(ByteSource& source, HeaderWalk& walk);
};

Result<Mosaic> read_diffusion(ByteSource& source, HeaderWalk& walk) {
  read_siemens_diffusion(source, walk);
  return Mosaic{};
}

constexpr std::array kinds{Kind{"MOSAIC", read_siemens_mosaic}, Kind{"VFRAME", read_uih_mosaic},
                           Kind{"DIFFUSION", read_diffusion}};

// Whether a CSA image header may tell a b-value that nothing else does: of an MR image that is echo
// planar, as diffusion mostly is, is called so ("*ep_b1000#12", "re_b500"), or says neither how it
// was scanned nor its name. Other images, of which most are, are not read once more for nothing.
bool may_have_csa_diffusion(const HeaderWalk& walk) {
  if (walk.places[place_index(0x00290010)].tag == 0) return false;
  const HeaderTexts text(walk);
  if (text(attribute_index(0x00080060)) != "MR" || !text(attribute_index(0x00189087)).empty())
    return false;
  const auto scanning = text(attribute_index(0x00180020));
  const auto name = text(attribute_index(0x00180024));
  return (scanning.empty() && name.empty()) || has_value(scanning, "EP") ||
         name.find("ep") != std::string_view::npos || name.find("_b") != std::string_view::npos;
}

// The first of `kinds` that Image Type has, or what a CSA header may say without it; nullptr for
// none. Asked of every file.
const Kind* kind_of(const HeaderWalk& walk) {
  auto types = walk.repeating.find(attribute_index(0x00080008)).value_or("");
  const Kind* found = kinds.end();
  while (!types.empty()) {
    const auto type = types.substr(0, types.find('\\'));
    found = std::min(found, std::ranges::find(kinds, type, &Kind::image_type));
    types.remove_prefix(std::min(type.size() + 1, types.size()));
  }
  if (found != kinds.end()) return found;
  return may_have_csa_diffusion(walk) ? &kinds.back() : nullptr;
}

}  // namespace

std::string_view HeaderTexts::operator()(AttributeIndex attribute) const {
  if (const auto text = walk_.varying.find(attribute)) return *text;
  return walk_.repeating.find(attribute).value_or("");
}

Problem no_mosaic_geometry(std::string detail) {
  return {Reason::mosaic_without_geometry, {}, std::move(detail)};
}

std::span<const std::uint8_t> placed_value(ByteSource& source, const Element& place) {
  if (place.tag == 0 || place.length == 0 || place.length > longest_placed_value) return {};
  const auto* value = source.at(place.value, place.length);
  if (!value) return {};
  return {value, place.length};
}

Result<Mosaic> cut_mosaic(const HeaderTexts& text, std::size_t tiles, std::size_t across,
                          std::size_t down) {
  const auto columns = parse_integer(text(attribute_index(0x00280011))).value_or(0);
  const auto rows = parse_integer(text(attribute_index(0x00280010))).value_or(0);
  constexpr std::int64_t most = 0xFFFF;
  if (columns < 1 || rows < 1 || columns > most || rows > most || tiles == 0 ||
      columns % static_cast<std::int64_t>(across) != 0 ||
      rows % static_cast<std::int64_t>(down) != 0)
    return no_mosaic_geometry(std::to_string(tiles) + " slices make " + std::to_string(across) +
                              " × " + std::to_string(down) + " tiles, which do not fit into " +
                              std::to_string(columns) + " × " + std::to_string(rows) + " pixels");
  Mosaic mosaic;
  mosaic.tiles_across = static_cast<std::uint16_t>(across);
  mosaic.tile_columns = static_cast<std::uint16_t>(columns / static_cast<std::int64_t>(across));
  mosaic.tile_rows = static_cast<std::uint16_t>(rows / static_cast<std::int64_t>(down));
  return mosaic;
}

void place_tiles(Mosaic& mosaic, const std::vector<Vector3>& positions) {
  auto tiles = std::make_unique<std::vector<AttributeValues>>(positions.size());
  for (std::size_t i = 0; i < positions.size(); ++i) {
    (*tiles)[i].add(attribute_index(0x00200032), numbers_text(positions[i]));
    (*tiles)[i].shrink_to_fit();
  }
  mosaic.tiles = std::move(tiles);
}

bool has_vendor_header(const HeaderWalk& walk) {
  if (walk.pixel_data.kind == PixelData::Kind::none || !kind_of(walk)) return false;
  // Newer Siemens scanners take the mosaics of enhanced images apart and leave the word.
  const auto frames = parse_integer(walk.varying.find(attribute_index(0x00280008)).value_or("1"));
  return !(walk.frames && walk.frames->per_frame) && frames == 1;
}

Result<Mosaic> read_vendor_header(ByteSource& source, HeaderWalk& walk) {
  if (!has_vendor_header(walk)) return Mosaic{};
  return kind_of(walk)->read(source, walk);
}

}  // namespace dcmflow
