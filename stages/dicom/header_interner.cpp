#include "stages/dicom/header_interner.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <limits>

#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"

namespace dcmflow {
namespace {

// Every field of a SharedHeader, read from the attribute texts once.
class SharedHeaderMaker {
 public:
  explicit SharedHeaderMaker(SharedHeaderSource&& source) : source_(std::move(source)) {}

  SharedHeader make() {
    SharedHeader header;
    header.study_instance_uid = text(attribute_index(0x0020000D));
    header.study_uid_is_made = !source_.made_study_uid.empty();
    if (header.study_uid_is_made) header.study_instance_uid = source_.made_study_uid;
    header.series_instance_uid = text(attribute_index(0x0020000E));
    header.sop_class_uid = text(attribute_index(0x00080016));
    header.transfer_syntax_uid = source_.transfer_syntax_uid;
    header.frame_of_reference_uid = text(attribute_index(0x00200052));
    header.modality = text(attribute_index(0x00080060));
    header.photometric_interpretation = text(attribute_index(0x00280004));
    header.image_type = text(attribute_index(0x00080008));
    header.encoding = source_.encoding;
    header.layout = layout();
    header.image_orientation_patient = parse_decimals<6>(text(attribute_index(0x00200037)));
    read_pixel_spacing(header);
    header.slice_thickness = parse_decimal(text(attribute_index(0x00180050)));
    header.has_modality_lut = source_.has_modality_lut;
    header.referenced_instances = source_.referenced_instances;
    header.values = std::move(source_.values);
    header.values.shrink_to_fit();
    return header;
  }

 private:
  std::string_view text(AttributeIndex attribute) const {
    return source_.values.find(attribute).value_or("");
  }

  std::uint16_t number(AttributeIndex attribute, std::uint16_t absent) const {
    const auto value = parse_integer(text(attribute));
    if (!value || *value < 0 || *value > std::numeric_limits<std::uint16_t>::max()) return absent;
    return static_cast<std::uint16_t>(*value);
  }

  PixelLayout layout() const {
    PixelLayout layout;
    layout.rows = number(attribute_index(0x00280010), 0);
    layout.columns = number(attribute_index(0x00280011), 0);
    if (source_.tile_rows != 0) layout.rows = source_.tile_rows;
    if (source_.tile_columns != 0) layout.columns = source_.tile_columns;
    layout.samples_per_pixel = number(attribute_index(0x00280002), 1);
    layout.bits_allocated = number(attribute_index(0x00280100), 0);
    layout.bits_stored = number(attribute_index(0x00280101), layout.bits_allocated);
    layout.high_bit = number(attribute_index(0x00280102),
                             static_cast<std::uint16_t>(std::max(1, int{layout.bits_stored}) - 1));
    layout.is_signed = number(attribute_index(0x00280103), 0) == 1;
    layout.planar = number(attribute_index(0x00280006), 0) == 1;
    return layout;
  }

  void read_pixel_spacing(SharedHeader& header) const {
    constexpr std::array sources{attribute_index(0x00280030), attribute_index(0x00181164),
                                 attribute_index(0x00182010)};
    for (const auto source : sources) {
      const auto spacing = parse_decimals<2>(text(source));
      if (!spacing || (*spacing)[0] <= 0 || (*spacing)[1] <= 0) continue;
      header.pixel_spacing = spacing;
      header.pixel_spacing_is_imager = source != sources.front();
      return;
    }
  }

  SharedHeaderSource source_;
};

std::string key_of(const SharedHeaderSource& source) {
  const auto flag = [](bool set) { return set ? '1' : '0'; };
  std::string key(source.values.packed());
  key += source.transfer_syntax_uid;
  key += {flag(source.encoding.explicit_vr), flag(source.encoding.big_endian),
          flag(source.encoding.deflated), flag(source.has_modality_lut)};
  if (source.tile_rows != 0)
    key += std::to_string(source.tile_rows) + 'x' + std::to_string(source.tile_columns);
  if (source.referenced_instances != 0) key += '/' + std::to_string(source.referenced_instances);
  if (!source.made_study_uid.empty()) key += '@' + source.made_study_uid;
  return key;
}

// Whether the header was made of an equal source, but for tiles: all its fields follow from these.
bool is_made_of(const SharedHeader& header, const SharedHeaderSource& source) {
  return header.values == source.values &&
         header.transfer_syntax_uid == source.transfer_syntax_uid &&
         header.encoding == source.encoding && header.has_modality_lut == source.has_modality_lut &&
         header.referenced_instances == source.referenced_instances &&
         (source.made_study_uid.empty() ? !header.study_uid_is_made
                                        : header.study_instance_uid == source.made_study_uid);
}

}  // namespace

HeaderInterner::HeaderInterner() {
  static std::atomic<std::uint64_t> made = 0;
  number_ = ++made;
}

std::shared_ptr<const SharedHeader> HeaderInterner::intern(SharedHeaderSource&& source) {
  // Neighbours mostly share theirs: one comparison, and no search.
  thread_local Last last;
  if (last.interner == number_ && last.tile_rows == source.tile_rows &&
      last.tile_columns == source.tile_columns && is_made_of(*last.header, source))
    return last.header;
  const auto rows = source.tile_rows;
  const auto columns = source.tile_columns;
  // Made before it is remembered: there may be no memory for it.
  auto header = find_or_make(std::move(source));
  last = {number_, rows, columns, std::move(header)};
  return last.header;
}

void HeaderInterner::forget() {
  for (auto& shard : shards_) {
    const Lock lock(shard.mutex);
    shard.headers.clear();
  }
}

std::shared_ptr<const SharedHeader> HeaderInterner::find_or_make(SharedHeaderSource&& source) {
  auto key = key_of(source);
  auto& shard = shards_[std::hash<std::string>{}(key) % shards_.size()];
  const Lock lock(shard.mutex);
  auto& header = shard.headers[std::move(key)];
  if (!header)
    header = std::make_shared<const SharedHeader>(SharedHeaderMaker(std::move(source)).make());
  return header;
}

}  // namespace dcmflow
