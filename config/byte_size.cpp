#include "config/byte_size.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <string>

namespace dcmflow {
namespace {

// "", "B", "K", "KB", "KiB", ... → the power of two, or nullopt. Case does not matter.
std::optional<int> shift_of(std::string_view unit) {
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  std::string upper;
  for (const char c : unit) upper += (c >= 'a' && c <= 'z') ? static_cast<char>(c - 'a' + 'A') : c;
  if (upper.empty() || upper == "B") return 0;
  const std::size_t power = std::string_view("KMGT").find(upper[0]);
  const std::string tail = upper.substr(1);
  if (power == std::string_view::npos || (!tail.empty() && tail != "B" && tail != "IB"))
    return std::nullopt;
  return static_cast<int>(10 * (power + 1));
}

}  // namespace

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
  const char* const end = text.data() + text.size();
  // The first character keeps "-1", "inf" and "nan" out.
  if (text.empty() || text[0] < '0' || text[0] > '9') return std::nullopt;

  std::uint64_t whole = 0;
  const auto [after_whole, whole_error] = std::from_chars(text.data(), end, whole);
  if (whole_error != std::errc{}) return std::nullopt;
  const bool has_fraction = after_whole != end && *after_whole == '.';
  if (!has_fraction) {
    const auto shift = shift_of({after_whole, end});
    if (!shift || whole > (std::numeric_limits<std::uint64_t>::max() >> *shift))
      return std::nullopt;
    return whole << *shift;
  }

  double number = 0;
  const auto [after, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  const auto shift = shift_of({after, end});
  if (error != std::errc{} || !shift || *shift == 0) return std::nullopt;  // half a byte is none
  const double bytes = std::ldexp(number, *shift);
  if (bytes >= 0x1p64) return std::nullopt;
  return static_cast<std::uint64_t>(bytes);
}

}  // namespace dcmflow
