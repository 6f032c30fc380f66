#include "stages/naming/safe_name.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "stages/base/ascii.h"
#include "stages/base/terminal_text.h"
#include "stages/base/utf8.h"

namespace dcmflow {
namespace {

constexpr std::string_view unknown = "unknown";
constexpr std::string_view unseen = "\uFFFD";  // of terminal_text()

// Their names belong to devices in every folder, whatever extension stands behind them.
constexpr std::array<std::string_view, 4> devices{"con", "prn", "aux", "nul"};
constexpr std::array<std::string_view, 2> numbered_devices{"com", "lpt"};

bool is_device(std::string_view name) {
  const auto lower_name = folded_name(name.substr(0, name.find('.')));
  if (std::ranges::find(devices, lower_name) != devices.end()) return true;
  return std::ranges::any_of(numbered_devices, [&](std::string_view device) {
    return lower_name.size() == device.size() + 1 && lower_name.starts_with(device) &&
           lower_name.back() >= '0' && lower_name.back() <= '9';
  });
}

// Capitals of two bytes in UTF-8: from the first to the last, each `step`th, and how far behind
// them their small letters are.
struct CapitalRange {
  std::uint32_t first, last, step, distance;
};
constexpr std::array capitals{
    CapitalRange{0xC0, 0xD6, 1, 0x20},   CapitalRange{0xD8, 0xDE, 1, 0x20},
    CapitalRange{0x100, 0x136, 2, 1},    CapitalRange{0x139, 0x147, 2, 1},
    CapitalRange{0x14A, 0x176, 2, 1},    CapitalRange{0x179, 0x17D, 2, 1},
    CapitalRange{0x391, 0x3AB, 1, 0x20}, CapitalRange{0x400, 0x40F, 1, 0x50},
    CapitalRange{0x410, 0x42F, 1, 0x20}, CapitalRange{0x460, 0x480, 2, 1}};

std::uint32_t small_letter(std::uint32_t code) {
  for (const auto& range : capitals)
    if (code >= range.first && code <= range.last && (code - range.first) % range.step == 0)
      return code + range.distance;
  return code;
}

}  // namespace

bool is_kept(char c) {
  return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') ||
         kept_signs.find(c) != std::string_view::npos;
}

std::string safe_value(std::string_view value) {
  const auto text = terminal_text(value, Charset::utf8);
  std::string safe;
  bool is_run = false;  // of what is not kept
  for (std::string_view rest = text; !rest.empty();) {
    const auto character = rest.substr(0, std::max<std::size_t>(1, utf8_length(rest)));
    rest.remove_prefix(character.size());
    const bool is_ascii = static_cast<unsigned char>(character.front()) < 0x80;
    if (is_ascii ? !is_kept(character.front()) : character == unseen) {
      is_run = true;
      continue;
    }
    if (std::exchange(is_run, false) && !safe.empty()) safe += '_';
    safe += character;
  }
  return safe.empty() ? std::string(unknown) : safe;
}

std::string safe_name(std::string name) {
  if (name.empty()) name = unknown;
  if (name.front() == '.' || name.front() == '-') name.front() = '_';
  if (is_device(name)) name.insert(0, 1, '_');
  std::size_t end = 0;
  while (end < name.size()) {
    const auto length = std::max<std::size_t>(1, utf8_length(std::string_view(name).substr(end)));
    if (end + length > longest_safe_name) break;
    end += length;
  }
  name.resize(end);
  if (name.back() == '.') name.back() = '_';
  return name;
}

std::string folded_name(std::string_view name) {
  std::string folded;
  folded.reserve(name.size());
  while (!name.empty()) {
    const auto length = utf8_length(name);
    if (length != 2) {
      folded += lower(name.front());
      name.remove_prefix(1);
      continue;
    }
    const auto byte = [&](std::size_t i) {
      return static_cast<std::uint32_t>(static_cast<unsigned char>(name[i]));
    };
    const auto code = small_letter(((byte(0) & 0x1F) << 6) | (byte(1) & 0x3F));
    folded += static_cast<char>(0xC0 | (code >> 6));
    folded += static_cast<char>(0x80 | (code & 0x3F));
    name.remove_prefix(2);
  }
  return folded;
}

}  // namespace dcmflow
