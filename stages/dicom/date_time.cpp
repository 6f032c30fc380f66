#include "stages/dicom/date_time.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>

namespace dcmflow {
namespace {

std::string_view trimmed(std::string_view text) {
  text = text.substr(0, text.find('\\'));
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::optional<std::int64_t> digits(std::string_view text) {
  std::int64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return text.empty() ? std::nullopt : std::optional(number);
}

std::string without_char(std::string_view text, char separator) {
  std::string kept;
  for (const char c : text)
    if (c != separator) kept += c;
  return kept;
}

}  // namespace

std::optional<std::int64_t> parse_time_of_day(std::string_view text) {
  text = trimmed(text);
  if (text.size() > 16) return std::nullopt;
  const auto plain = without_char(text, ':');
  const std::string_view rest(plain);
  const auto point = rest.find('.');
  const auto whole = rest.substr(0, point);
  if ((whole.size() != 2 && whole.size() != 4 && whole.size() != 6) ||
      (point != std::string_view::npos && whole.size() != 6))
    return std::nullopt;
  constexpr std::array<std::int64_t, 3> below{24, 60, 61};  // a leap second is 60
  std::int64_t seconds = 0;
  for (std::size_t part = 0; part < 3; ++part) {
    const auto number = part * 2 < whole.size() ? digits(whole.substr(part * 2, 2)) : 0;
    if (!number || *number >= below[part]) return std::nullopt;
    seconds = seconds * 60 + *number;
  }
  std::string fraction(point == std::string_view::npos ? "" : rest.substr(point + 1));
  fraction.resize(6, '0');
  const auto microseconds = digits(fraction);
  if (!microseconds) return std::nullopt;
  return seconds * 1'000'000 + *microseconds;
}

std::optional<std::int64_t> parse_date(std::string_view text) {
  const auto plain = without_char(trimmed(text), '.');
  const auto number = plain.size() == 8 ? digits(plain) : std::nullopt;
  if (!number) return std::nullopt;
  const std::chrono::year_month_day date{
      std::chrono::year(static_cast<int>(*number / 10000)),
      std::chrono::month(static_cast<unsigned>(*number / 100 % 100)),
      std::chrono::day(static_cast<unsigned>(*number % 100))};
  if (!date.ok()) return std::nullopt;
  const std::chrono::microseconds since = std::chrono::sys_days(date).time_since_epoch();
  return since.count();
}

std::optional<std::int64_t> parse_utc_offset(std::string_view text) {
  text = trimmed(text);
  if (text.size() != 5 || (text.front() != '+' && text.front() != '-')) return std::nullopt;
  const auto way = parse_time_of_day(text.substr(1));
  if (!way) return std::nullopt;
  return text.front() == '-' ? -*way : *way;
}

std::optional<std::int64_t> parse_date_time(std::string_view text) {
  text = trimmed(text);
  text = text.substr(0, text.find_first_of("+-"));
  if (text.size() < 8) return std::nullopt;
  const auto day = parse_date(text.substr(0, 8));
  const auto time = text.size() == 8 ? 0 : parse_time_of_day(text.substr(8));
  if (!day || !time) return std::nullopt;
  return *day + *time;
}

void go_on_after_midnight(std::vector<std::int64_t>& times) {
  constexpr std::int64_t half_day = std::int64_t{12} * 3600 * 1'000'000;
  if (times.empty()) return;
  const auto latest = std::ranges::max(times);
  auto counted = times;
  for (auto& time : counted)
    if (latest - time > half_day) time += 2 * half_day;
  const auto [first, last] = std::ranges::minmax(counted);
  if (last - first <= half_day) times = std::move(counted);
}

}  // namespace dcmflow
