#include "stages/catalog/attribute_json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

namespace dcmflow {
namespace {

enum class Kind : std::uint8_t { text, paragraph, integer, decimal };

// The VRs that are not plain text; in a paragraph '\' is a character like others, and leading
// spaces count.
struct VrRow {
  std::string_view vr;
  Kind kind;
};
constexpr std::array vr_rows{
    VrRow{"DS", Kind::decimal},   VrRow{"FD", Kind::decimal},   VrRow{"FL", Kind::decimal},
    VrRow{"IS", Kind::integer},   VrRow{"SL", Kind::integer},   VrRow{"SS", Kind::integer},
    VrRow{"SV", Kind::integer},   VrRow{"UL", Kind::integer},   VrRow{"US", Kind::integer},
    VrRow{"UV", Kind::integer},   VrRow{"LT", Kind::paragraph}, VrRow{"ST", Kind::paragraph},
    VrRow{"UR", Kind::paragraph}, VrRow{"UT", Kind::paragraph},
};

Kind kind_of(std::string_view vr) {
  const auto row = std::ranges::find(vr_rows, vr, &VrRow::vr);
  return row == vr_rows.end() ? Kind::text : row->kind;
}

constexpr std::string_view padding{" \0", 2};

std::string_view without_trailing(std::string_view text) {
  const auto last = text.find_last_not_of(padding);
  return last == std::string_view::npos ? std::string_view{} : text.substr(0, last + 1);
}

std::string_view without_padding(std::string_view text) {
  text = without_trailing(text);
  return text.substr(std::min(text.find_first_not_of(' '), text.size()));
}

std::string_view without_plus(std::string_view text) {
  return text.size() > 1 && text[0] == '+' && text[1] != '-' ? text.substr(1) : text;
}

template <class Number>
std::optional<Number> parse(std::string_view text) {
  text = without_plus(text);
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// A decimal number as its digits: 0.<digits> · 10^exponent, without zeros at either end. No digits:
// zero.
struct Decimal {
  std::string digits;
  long exponent = 0;
  bool operator==(const Decimal&) const = default;
};

std::optional<Decimal> split_decimal(std::string_view text) {
  text = without_plus(text);
  if (text.starts_with('-')) text.remove_prefix(1);
  Decimal decimal;
  const auto mantissa = text.substr(0, text.find_first_of("eE"));
  const auto point = std::min(mantissa.find('.'), mantissa.size());
  decimal.digits = std::string(mantissa.substr(0, point));
  if (point < mantissa.size()) decimal.digits += mantissa.substr(point + 1);
  const bool only_digits =
      std::ranges::all_of(decimal.digits, [](char c) { return c >= '0' && c <= '9'; });
  if (decimal.digits.empty() || !only_digits) return std::nullopt;
  long power = 0;
  if (mantissa.size() < text.size()) {
    const auto exponent = parse<int>(text.substr(mantissa.size() + 1));
    if (!exponent) return std::nullopt;
    power = *exponent;
  }
  const auto first = decimal.digits.find_first_not_of('0');
  if (first == std::string::npos) return Decimal{};
  decimal.exponent = static_cast<long>(point) - static_cast<long>(first) + power;
  decimal.digits.erase(decimal.digits.find_last_not_of('0') + 1);
  decimal.digits.erase(0, first);
  return decimal;
}

void write_value(JsonWriter& json, Kind kind, std::string_view text) {
  const std::string_view value =
      kind == Kind::paragraph ? without_trailing(text) : without_padding(text);
  if (value.empty()) {
    json.null();
    return;
  }
  if (kind == Kind::integer) {
    if (const auto number = parse<std::int64_t>(value)) {
      json.value(*number);
      return;
    }
    if (const auto number = parse<std::uint64_t>(value)) {
      json.value(*number);
      return;
    }
  }
  if (kind == Kind::decimal) {
    if (const auto number = exact_double(value)) {
      json.value(*number);
      return;
    }
  }
  json.value(value);
}

}  // namespace

std::optional<double> exact_double(std::string_view text) {
  const auto decimal = split_decimal(text);
  const auto number = parse<double>(text);
  if (!decimal || !number || !std::isfinite(*number)) return std::nullopt;
  const auto digits = static_cast<int>(std::min<std::size_t>(decimal->digits.size(), 100));
  // Up to digits10 digits always survive, unless the number is subnormal.
  if (digits == 0) return number;
  if (digits <= std::numeric_limits<double>::digits10 && std::isnormal(*number)) return number;
  if (digits > std::numeric_limits<double>::max_digits10) return std::nullopt;
  std::array<char, 64> back{};
  const auto [end, error] = std::to_chars(back.data(), back.data() + back.size(), *number,
                                          std::chars_format::scientific, digits - 1);
  if (error != std::errc{}) return std::nullopt;
  const std::string_view back_text(back.data(), static_cast<std::size_t>(end - back.data()));
  return split_decimal(back_text) == decimal ? number : std::nullopt;
}

void write_attribute(JsonWriter& json, std::string_view vr, std::string_view text, Values values) {
  const Kind kind = kind_of(vr);
  const bool is_single = kind == Kind::paragraph || text.find('\\') == std::string_view::npos;
  if (values == Values::one || (is_single && values == Values::as_they_are)) {
    write_value(json, kind, text);
    return;
  }
  json.array(JsonWriter::Layout::one_line);
  const bool is_empty = is_single && without_padding(text).empty();
  for (std::size_t begin = 0; !is_empty && begin <= text.size();) {
    const auto end = is_single ? text.size() : std::min(text.find('\\', begin), text.size());
    write_value(json, kind, text.substr(begin, end - begin));
    begin = end + 1;
  }
  json.end();
}

}  // namespace dcmflow
