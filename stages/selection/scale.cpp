#include "stages/selection/scale.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>

namespace dcmflow {
namespace {

struct VrScale {
  std::string_view vr;
  Scale scale;
};
constexpr auto vr_scales = std::to_array<VrScale>({
    {"IS", Scale::decimal},
    {"DS", Scale::decimal},
    {"US", Scale::decimal},
    {"SS", Scale::decimal},
    {"UL", Scale::decimal},
    {"SL", Scale::decimal},
    {"FL", Scale::decimal},
    {"FD", Scale::decimal},
    {"SV", Scale::decimal},
    {"UV", Scale::decimal},
    {"DA", Scale::date},
    {"TM", Scale::time},
    {"DT", Scale::date_time},
    {"AS", Scale::age},
});

constexpr std::string_view digits = "0123456789";

// Without the separators of ACR-NEMA and ISO 8601.
std::string without(std::string_view text, std::string_view separators) {
  std::string kept;
  for (const char c : text)
    if (separators.find(c) == std::string_view::npos) kept += c;
  return kept;
}

// `text` as digits, filled up from `rest` (the beginning of what is left open), and a fraction.
std::optional<double> read_digits(std::string_view text, std::string_view rest, std::size_t least) {
  const auto whole = text.substr(0, text.find('.'));
  const bool even = whole.size() % 2 == 0 && whole.size() >= least && whole.size() <= rest.size();
  const bool cut = whole.size() < text.size() && whole.size() < rest.size();
  if (!even || cut || whole.find_first_not_of(digits) != std::string_view::npos)
    return std::nullopt;
  return parse_number(
      std::string(whole).append(rest.substr(whole.size())).append(text.substr(whole.size())));
}

std::optional<double> read_date_time(std::string_view text) {
  return read_digits(text.substr(0, text.find_first_of("+-&")), "00000101000000", 4);
}

// nnnD, nnnW, nnnM, nnnY
std::optional<double> read_age(std::string_view text) {
  struct Unit {
    char letter;
    double in_a_year;
  };
  constexpr double days = 365.25;
  constexpr std::array units{Unit{'Y', 1}, Unit{'M', 12}, Unit{'W', days / 7}, Unit{'D', days}};
  if (text.empty()) return std::nullopt;
  const auto unit = std::ranges::find(units, text.back(), &Unit::letter);
  const auto number = text.substr(0, text.size() - 1);
  if (unit == units.end() || number.find_first_not_of(digits) != std::string_view::npos)
    return std::nullopt;
  const auto count = parse_number(number);
  return count ? std::optional(*count / unit->in_a_year) : std::nullopt;
}

// How much of `whole` digits an operand leaves open: 10 to the power of the digits that it lacks.
double left_open(double operand, int whole, int least) {
  int given = least;
  for (double over = std::pow(10.0, least); operand >= over && given < whole; over *= 100)
    given += 2;
  return std::pow(10.0, whole - given);
}

}  // namespace

Scale scale_of(std::string_view vr) {
  const auto row = std::ranges::find(vr_scales, vr, &VrScale::vr);
  return row == vr_scales.end() ? Scale::text : row->scale;
}

std::optional<double> read_value(Scale scale, std::string_view text) {
  switch (scale) {
    case Scale::date:
      return read_digits(without(text, "."), "00000101", 4);
    case Scale::time:
      return read_digits(without(text, ":"), "000000", 2);
    case Scale::date_time:
      return read_date_time(text);
    case Scale::age:
      return read_age(text);
    default:
      return parse_number(text);
  }
}

std::optional<double> read_operand(Scale scale, std::string_view text) {
  if (scale == Scale::age)
    if (const auto age = read_age(text)) return age;
  if (scale == Scale::date || scale == Scale::time || scale == Scale::date_time)
    return parse_number(without(text, "-:T"));
  return parse_number(text);
}

double cut_to(Scale scale, double operand, double value) {
  constexpr int time_digits = 6;
  constexpr int date_digits = 8;
  constexpr int date_time_digits = 14;
  double unit = 0;
  if (scale == Scale::date) unit = left_open(operand, date_digits, 4);
  if (scale == Scale::time) unit = left_open(operand, time_digits, 2);
  if (scale == Scale::date_time) unit = left_open(operand, date_time_digits, 4);
  const bool has_fraction = operand != std::floor(operand);
  return unit == 0 || has_fraction ? value : std::floor(value / unit);
}

std::optional<double> parse_number(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end || !std::isfinite(number)) return std::nullopt;
  return number;
}

}  // namespace dcmflow
