#include "stages/catalog/scan_header.h"

#include <array>
#include <utility>

#include "stages/dicom/element_list.h"
#include "stages/dicom/header_walk.h"
#include "stages/dicom/multi_frame/describe_frames.h"
#include "stages/dicom/multi_frame/frame_attributes.h"
#include "stages/dicom/open_dataset.h"
#include "stages/dicom/private_element.h"
#include "stages/dicom/value_text.h"
#include "stages/dicom/vendor/csa_header.h"
#include "stages/dicom/vendor/ge_blocks.h"

namespace dcmflow {
namespace {

using Bytes = std::span<const std::uint8_t>;

std::string text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// XA scanners keep the protocol in the shared functional groups of an enhanced image, in a private
// sequence of its own; in a single-frame image it stands at the top.
std::string read_xa_protocol(ByteSource& source, const std::vector<Element>& elements,
                             DatasetEncoding encoding) {
  constexpr std::uint16_t group = 0x0021;
  constexpr std::uint8_t frame_sequence = 0xFE, protocol = 0x19;
  const auto text_in = [&](const std::vector<Element>& item) {
    return std::string(protocol_text(
        value_bytes(source, find_private(source, item, group, creator::siemens_series, protocol))));
  };
  if (auto text = text_in(elements); !text.empty()) return text;
  const auto* shared = find_element(elements, shared_groups_tag);
  if (!shared) return {};
  const auto groups = first_item(source, *shared, encoding);
  const auto* of_series =
      find_private(source, groups, group, creator::siemens_series, frame_sequence);
  return of_series ? text_in(first_item(source, *of_series, encoding)) : std::string();
}

ScanBlocks read_blocks(ByteSource& source, const std::vector<Element>& elements,
                       DatasetEncoding encoding) {
  ScanBlocks blocks;
  for (const Element& element : elements) {
    const bool names_creator = (element.tag >> 16 & 1) != 0 && (element.tag & 0xFFFF) >= 0x10 &&
                               (element.tag & 0xFFFF) <= 0xFF && element.length <= 64;
    if (!names_creator) continue;
    if (auto creator = text_of(value_bytes(source, &element)); !creator.empty())
      blocks.creators.push_back(std::move(creator));
  }
  const auto block = [&](std::uint16_t group, std::string_view creator, std::uint8_t number) {
    return value_bytes(source, find_private(source, elements, group, creator, number));
  };
  blocks.csa_image = text_of(block(0x0029, creator::siemens_csa, 0x10));
  blocks.protocol = protocol_text(block(0x0029, creator::siemens_csa, 0x20));
  if (blocks.protocol.empty()) blocks.protocol = read_xa_protocol(source, elements, encoding);
  const auto parameters = block(0x0043, creator::ge_parameters, 0x2A);
  blocks.ge_parameters.assign(parameters.begin(), parameters.end());
  blocks.ge_protocol = ge_protocol_text(block(0x0025, creator::ge_series, 0x1B));
  return blocks;
}

struct MakerName {
  std::string_view begin;  // of a private creator, or of Manufacturer in capitals
  Maker maker;
};
constexpr std::array maker_creators{
    MakerName{"SIEMENS ", Maker::siemens}, MakerName{"GEMS_", Maker::ge},
    MakerName{"Philips ", Maker::philips}, MakerName{"Image Private Header", Maker::uih},
    MakerName{"TOSHIBA_MEC", Maker::canon}};
constexpr std::array maker_names{
    MakerName{"SIEMENS", Maker::siemens}, MakerName{"GE ", Maker::ge},
    MakerName{"GEMS", Maker::ge},         MakerName{"PHILIPS", Maker::philips},
    MakerName{"UIH", Maker::uih},         MakerName{"UNITED IMAGING", Maker::uih},
    MakerName{"CANON", Maker::canon},     MakerName{"TOSHIBA", Maker::canon}};

}  // namespace

AttributeTable make_scan_table() {
  AttributeTable table;
  for (const auto& attribute : scan_attributes) {
    AttributeRow row{.tag = attribute.tag,
                     .vr = std::string(attribute.vr),
                     .keyword = {},
                     .private_creator = std::string(attribute.creator),
                     .path = {},
                     .in_metadata = false};
    for (const auto sequence : {attribute.sequence, attribute.inner_sequence})
      if (sequence != 0) row.path.push_back({sequence, 0});
    table.add(std::move(row));
  }
  return table;
}

std::optional<double> ScanHeader::number(AttributeIndex attribute) const {
  return parse_decimal(find(attribute).value_or(""));
}

bool ScanHeader::has_word(AttributeIndex attribute, std::string_view word) const {
  return has_value(find(attribute).value_or(""), word);
}

std::optional<std::string> ScanHeader::csa(std::string_view name) const {
  const auto& csa = blocks_->csa_image;
  const auto values =
      csa_values({reinterpret_cast<const std::uint8_t*>(csa.data()), csa.size()}, name);
  if (values.empty()) return std::nullopt;
  return std::string(values.front());
}

std::optional<std::string> ScanHeader::protocol(std::string_view name) const {
  return protocol_value(blocks_->protocol, name);
}

std::optional<double> ScanHeader::protocol_number(std::string_view name) const {
  return parse_decimal(protocol(name).value_or(""));
}

Maker ScanHeader::maker() const {
  for (const auto& creator : blocks_->creators)
    for (const auto& name : maker_creators)
      if (creator.starts_with(name.begin)) return name.maker;
  std::string manufacturer(find(attribute_index(0x00080070)).value_or(""));
  for (char& c : manufacturer) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  for (const auto& name : maker_names)
    if (manufacturer.starts_with(name.begin)) return name.maker;
  return Maker::other;
}

bool is_echo_planar(const ScanHeader& header) {
  return header.has_word(attribute_index(0x00180020), "EP") ||
         header.has_word(scan_index(0x0021005A, creator::siemens_series), "EP") ||
         header.find(scan_index(0x00189018)) == "YES";
}

std::optional<ScanReader::Content> ScanReader::read_file(const FilePtr& file) const {
  thread_local OpenDataset::Windows windows;
  OpenDataset dataset(file, windows);
  if (!dataset.open()) return std::nullopt;
  auto& source = dataset.source();
  const auto encoding = dataset.start().encoding;
  auto walk = walk_header(source, dataset.begin(), encoding, plan_);
  if (!walk) return std::nullopt;
  auto instance = share<Instance>();
  instance->file = file;
  if (auto frames = describe_frames(*walk, table_); frames && *frames)
    instance->extras.made().frames = std::move(*frames);
  const auto keep = [&](AttributeIndex attribute, std::string_view text) {
    instance->values.add(attribute, text);
  };
  walk->repeating.for_each(keep);
  walk->varying.for_each(keep);
  ElementReader reader(source, encoding, dataset.begin(), source.size());
  const auto elements = list_elements(reader, false);
  auto blocks = elements ? read_blocks(source, *elements, encoding) : ScanBlocks();
  if (!dataset.check_unchanged()) return std::nullopt;
  return Content{std::move(instance), std::make_shared<const ScanBlocks>(std::move(blocks))};
}

ScanHeader ScanReader::read(const Frame& frame) {
  const auto& file = frame.instance->file;
  if (last_file_ != file) {
    last_ = read_file(file);
    last_file_ = file;
  }
  has_failed_ |= !last_;
  if (!last_) return {frame, std::make_shared<const ScanBlocks>()};
  return {Frame{.instance = last_->instance, .number = frame.number}, last_->blocks};
}

}  // namespace dcmflow
