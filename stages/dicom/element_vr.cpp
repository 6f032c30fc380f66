#include "stages/dicom/element_vr.h"

#include "stages/dicom/dictionary.h"

namespace dcmflow {
namespace {

constexpr Vr unknown = vr('U', 'N');

Vr vr_of(std::string_view name) { return name.size() == 2 ? vr(name[0], name[1]) : unknown; }

}  // namespace

const AttributeRow* find_row(const AttributeTable& table, std::uint32_t tag,
                             std::string_view creator) {
  const auto wanted = creator.empty() ? tag : tag & 0xFFFF00FF;
  const auto& rows = table.rows();
  for (auto row = rows.rbegin(); row != rows.rend(); ++row)
    if (row->tag == wanted && row->private_creator == creator && row->path.empty()) return &*row;
  return nullptr;
}

Vr find_vr(const Element& element, std::string_view creator, const AttributeTable& table,
           bool has_signed_pixels) {
  const bool is_open = element.vr == unknown_vr || element.vr == unknown;
  if (is_open && element.has_undefined_length()) return vr('S', 'Q');
  if (element.vr != unknown_vr) return element.vr;
  if (is_creator(element.tag)) return vr('L', 'O');
  if (is_private(element.tag)) {
    if (creator.empty()) return unknown;
    if (const auto* row = find_row(table, element.tag, creator)) return vr_of(row->vr);
  }
  const auto known =
      find_tag(is_private(element.tag) ? element.tag & 0xFFFF00FF : element.tag, creator);
  if (!known) return unknown;
  return known->is_us_or_ss && has_signed_pixels ? vr('S', 'S') : vr_of(known->vr);
}

}  // namespace dcmflow
