#include "stages/catalog/bids_rows.h"

#include <algorithm>

#include "stages/catalog/bids_keys.h"
#include "stages/catalog/measured_number.h"
#include "stages/dicom/personal_attributes.h"
#include "stages/dicom/value_text.h"

namespace dcmflow {
namespace {

std::optional<std::string> value_of(const ScanHeader& header, const BidsSource& source) {
  using enum BidsSource::Place;
  switch (source.place) {
    case csa:
      return header.csa(source.name);
    case protocol:
      return header.protocol(source.name);
    case rule:
      return source.rule(header);
    case attribute:
      break;
  }
  const auto text = header.find(source.attribute);
  return text ? std::optional(std::string(*text)) : std::nullopt;
}

void write_texts(JsonWriter& json, std::string_view text) {
  json.array(JsonWriter::Layout::one_line);
  for (;;) {
    const auto end = text.find('\\');
    json.value(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  json.end();
}

// Whether the number is one that the key can have.
bool is_allowed(BidsKind kind, double number) {
  if (kind == BidsKind::positive) return number > 0;
  return kind != BidsKind::factor || number > 1;
}

bool write_number(JsonWriter& json, const BidsKey& row, std::string_view text) {
  const auto number = parse_decimal(text);
  if (!number || !is_allowed(row.kind, *number)) return false;
  json.member(row.key, round_to(*number / row.per_unit, measured_digits(text)));
  return true;
}

// False when the source has no value that the key can have.
bool write_row(JsonWriter& json, const BidsKey& row, const ScanHeader& header) {
  using enum BidsKind;
  const auto value = value_of(header, row.source);
  if (!value || value->empty()) return false;
  const bool is_number = row.kind == number || row.kind == positive || row.kind == factor;
  if (is_number) return write_number(json, row, *value);
  json.key(row.key);
  const bool has_several = value->find('\\') != std::string::npos;
  if (row.kind == truth)
    json.value(*value == "true");
  else if (row.kind == list || (row.kind == texts && has_several))
    write_texts(json, *value);
  else
    json.value(*value);
  return true;
}

// Of the attributes of sequences and makers none is.
bool is_personal_key(const BidsKey& row) {
  if (row.source.place != BidsSource::Place::attribute ||
      row.source.attribute >= built_in_attributes.size())
    return false;
  const auto& attribute = built_in_attributes[row.source.attribute];
  return is_personal(attribute.tag, attribute.vr);
}

}  // namespace

bool says_bids_key(const ScanHeader& header, std::string_view key) {
  return std::ranges::any_of(bids_keys, [&](const BidsKey& row) {
    if (row.key != key) return false;
    const auto text = value_of(header, row.source);
    const auto number = parse_decimal(text.value_or(""));
    return number && is_allowed(row.kind, *number);
  });
}

void write_bids_rows(JsonWriter& json, const ScanHeader& header, bool no_patient) {
  std::string_view written;
  for (const auto& row : bids_keys)
    if (!(no_patient && is_personal_key(row)) && row.key != written && write_row(json, row, header))
      written = row.key;
}

}  // namespace dcmflow
