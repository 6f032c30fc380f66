#include "stages/catalog/dicom_json_value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "stages/catalog/attribute_json.h"
#include "stages/dicom/value_text.h"

namespace dcmflow {
namespace {

constexpr std::array vr_rows{
    JsonVr{"DS", JsonForm::decimals}, JsonVr{"IS", JsonForm::integers},
    JsonVr{"SV", JsonForm::integers}, JsonVr{"UV", JsonForm::integers},
    JsonVr{"FL", JsonForm::numbers},  JsonVr{"FD", JsonForm::numbers},
    JsonVr{"SL", JsonForm::numbers},  JsonVr{"SS", JsonForm::numbers},
    JsonVr{"UL", JsonForm::numbers},  JsonVr{"US", JsonForm::numbers},
    JsonVr{"PN", JsonForm::name},     JsonVr{"AT", JsonForm::tags},
    JsonVr{"LT", JsonForm::text},     JsonVr{"ST", JsonForm::text},
    JsonVr{"UR", JsonForm::text},     JsonVr{"UT", JsonForm::text},
    JsonVr{"OB", JsonForm::bytes},    JsonVr{"UN", JsonForm::bytes},
    JsonVr{"OW", JsonForm::bytes, 2}, JsonVr{"OF", JsonForm::bytes, 4},
    JsonVr{"OL", JsonForm::bytes, 4}, JsonVr{"OD", JsonForm::bytes, 8},
    JsonVr{"OV", JsonForm::bytes, 8}, JsonVr{"SQ", JsonForm::items},
};

std::string base64_of(std::span<const std::uint8_t> value) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (; !value.empty(); value = value.subspan(std::min<std::size_t>(3, value.size()))) {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) bits = bits << 8 | (i < value.size() ? value[i] : 0U);
    for (std::size_t i = 0; i < 4; ++i)
      text += i <= value.size() ? letters[bits >> (18 - 6 * i) & 63] : '=';
  }
  return text;
}

// Every JSON reader gives integers back up to 2^53.
void write_integer(JsonWriter& json, std::string_view text) {
  constexpr std::int64_t exact = std::int64_t{1} << 53;
  const auto digits = text.starts_with('+') && !text.starts_with("+-") ? text.substr(1) : text;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool whole = error == std::errc{} && end == digits.data() + digits.size();
  if (whole && number >= -exact && number <= exact)
    json.value(number);
  else
    json.value(text);
}

void write_decimal(JsonWriter& json, std::string_view text) {
  if (const auto number = exact_double(text))
    json.value(*number);
  else
    json.value(text);
}

// JSON has no number for what is none.
void write_number(JsonWriter& json, std::string_view text) {
  if (const auto number = parse_decimal(text))
    json.value(*number);
  else
    json.value(text.ends_with("inf") ? (text[0] == '-' ? "-Infinity" : "Infinity") : "NaN");
}

void write_name(JsonWriter& json, std::string_view text) {
  constexpr std::array<std::string_view, 3> groups{"Alphabetic", "Ideographic", "Phonetic"};
  if (text.find_first_not_of('=') == std::string_view::npos) {
    json.null();
    return;
  }
  json.object(JsonWriter::Layout::one_line);
  for (const auto group : groups) {
    const bool is_last = group == groups.back();  // and takes what there is too much
    const auto end = is_last ? text.size() : std::min(text.find('='), text.size());
    if (end > 0) json.member(group, text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  json.end();
}

// "(gggg,eeee)" in lower case.
void write_tag(JsonWriter& json, std::string_view text) {
  std::string tag;
  for (const char c : text)
    if (c != '(' && c != ',' && c != ')') tag += c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
  json.value(tag);
}

void write_value(JsonWriter& json, JsonForm form, std::string_view text) {
  if (text.empty()) {
    json.null();  // F.2.5
    return;
  }
  switch (form) {
    case JsonForm::name:
      return write_name(json, text);
    case JsonForm::tags:
      return write_tag(json, text);
    case JsonForm::decimals:
      return write_decimal(json, text);
    case JsonForm::integers:
      return write_integer(json, text);
    case JsonForm::numbers:
      return write_number(json, text);
    default:
      json.value(text);
  }
}

}  // namespace

JsonVr json_vr(Vr code) {
  const std::array<char, 2> letters{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
  const std::string_view name(letters.data(), letters.size());
  const auto row = std::ranges::find(vr_rows, name, &JsonVr::name);
  return row == vr_rows.end() ? JsonVr{"", JsonForm::texts} : *row;
}

std::string inline_binary(std::span<const std::uint8_t> value, std::size_t word_bytes,
                          bool big_endian) {
  if (!big_endian || word_bytes == 1) return base64_of(value);
  std::vector<std::uint8_t> turned(value.begin(), value.end());
  for (std::size_t i = 0; i + word_bytes <= turned.size(); i += word_bytes)
    std::reverse(turned.begin() + static_cast<std::ptrdiff_t>(i),
                 turned.begin() + static_cast<std::ptrdiff_t>(i + word_bytes));
  return base64_of(turned);
}

void write_json_values(JsonWriter& json, JsonForm form, std::string_view text) {
  for (;;) {
    const auto end = form == JsonForm::text ? std::string_view::npos : text.find('\\');
    write_value(json, form, text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

}  // namespace dcmflow
