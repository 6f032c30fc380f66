#include "stages/dicom/vendor/csa_header.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

#include "stages/dicom/value_text.h"

namespace dcmflow {
namespace {

using Bytes = std::span<const std::uint8_t>;

// [char 64 name][i32 multiplicity][char 4 VR][i32 syngo type][i32 items][i32 77 or 205], then the
// items: [i32][i32 length][i32][i32], the value, padded to four bytes.
constexpr std::size_t name_bytes = 64;
constexpr std::size_t element_bytes = 84;
constexpr std::size_t items_at = 76;
constexpr std::size_t item_bytes = 16;
constexpr std::size_t length_at = 4;

constexpr std::uint32_t most_slices = 4096;  // of a protocol: more is damage

// Up to the first NUL, without the spaces around it.
std::string_view text_of(Bytes bytes) {
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  text = text.substr(0, text.find('\0'));
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

class CsaReader {
 public:
  explicit CsaReader(Bytes csa) : rest_(csa) {
    constexpr std::string_view mark = "SV10";
    const bool is_marked = csa.size() >= 8 && std::memcmp(csa.data(), mark.data(), 4) == 0;
    take(is_marked ? 8 : 0);
    const auto header = take(8);  // number of elements, 77
    elements_ = header.empty() ? 0 : number(header, 0);
  }

  std::vector<std::string_view> values(std::string_view name) {
    for (; elements_ > 0; --elements_) {
      const auto element = take(element_bytes);
      if (element.empty()) break;
      const bool wanted = text_of(element.first(name_bytes)) == name;
      std::vector<std::string_view> values;
      if (!read_items(number(element, items_at), wanted, values)) break;
      if (wanted) return values;
    }
    return {};
  }

 private:
  static std::uint32_t number(Bytes bytes, std::size_t at) {
    std::uint32_t number = 0;
    std::memcpy(&number, bytes.data() + at, sizeof number);
    return number;
  }

  // The next bytes; none, and nothing more, when they are not all there.
  Bytes take(std::size_t count) {
    const auto taken = rest_.first(count <= rest_.size() ? count : 0);
    rest_ = rest_.subspan(count <= rest_.size() ? count : rest_.size());
    return taken;
  }

  bool read_items(std::uint32_t items, bool wanted, std::vector<std::string_view>& values) {
    for (; items > 0; --items) {
      const auto item = take(item_bytes);
      if (item.empty()) return false;
      const std::size_t length = number(item, length_at);
      if (length > rest_.size()) return false;
      const auto text = text_of(rest_.first(length));
      take(std::min((length + 3) / 4 * 4, rest_.size()));
      if (wanted && !text.empty()) values.push_back(text);
    }
    return true;
  }

  Bytes rest_;
  std::uint32_t elements_ = 0;
};

struct ProtocolLine {
  std::string_view name;
  std::string_view value;
};

// "sSliceArray.lSize	 = 	40"; comments behind the value are cut off.
std::optional<ProtocolLine> next_line(std::string_view& text) {
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const auto trim = [](std::string_view part) {
      return text_of({reinterpret_cast<const std::uint8_t*>(part.data()), part.size()});
    };
    return ProtocolLine{trim(line.substr(0, equals)),
                        trim(line.substr(equals + 1, line.find('#', equals) - equals - 1))};
  }
  return std::nullopt;
}

// What stands between the marks; empty unless both are there.
std::string_view between_marks(std::string_view text) {
  const auto begin = text.find("### ASCCONV BEGIN");
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin);
  text.remove_prefix(std::min(text.find('\n'), text.size()));
  const auto end = text.find("### ASCCONV END");
  return end == std::string_view::npos ? std::string_view() : text.substr(0, end);
}

// sSliceArray.asSlice[3].sPosition.dTra: the number and the axis.
struct Coordinate {
  std::uint32_t slice = 0;
  std::size_t axis = 0;
};
std::optional<Coordinate> coordinate_of(std::string_view name) {
  constexpr std::string_view array = "sSliceArray.asSlice[";
  if (!name.starts_with(array)) return std::nullopt;
  name.remove_prefix(array.size());
  Coordinate coordinate;
  const auto [end, error] =
      std::from_chars(name.data(), name.data() + name.size(), coordinate.slice);
  if (error != std::errc() || coordinate.slice >= most_slices) return std::nullopt;
  name.remove_prefix(static_cast<std::size_t>(end - name.data()));
  constexpr std::array<std::string_view, 3> axes{"].sPosition.dSag", "].sPosition.dCor",
                                                 "].sPosition.dTra"};
  const auto* axis = std::ranges::find(axes, name);
  if (axis == axes.end()) return std::nullopt;
  coordinate.axis = static_cast<std::size_t>(axis - axes.begin());
  return coordinate;
}

}  // namespace

std::vector<std::string_view> csa_values(std::span<const std::uint8_t> csa, std::string_view name) {
  return CsaReader(csa).values(name);
}

std::string_view protocol_text(std::span<const std::uint8_t> header) {
  for (const auto* name : {"MrPhoenixProtocol", "MrProtocol", "MrEvaProtocol"})
    for (const auto value : csa_values(header, name))
      if (const auto text = between_marks(value); !text.empty()) return text;
  return between_marks({reinterpret_cast<const char*>(header.data()), header.size()});
}

std::optional<std::string> protocol_value(std::string_view protocol_text, std::string_view name) {
  while (const auto line = next_line(protocol_text)) {
    if (line->name != name) continue;
    auto value = line->value;
    while (value.starts_with('"')) value.remove_prefix(1);
    while (value.ends_with('"')) value.remove_suffix(1);
    std::uint64_t number = 0;
    const bool is_hexadecimal = value.starts_with("0x");
    if (!is_hexadecimal) return std::string(value);
    const auto* last = value.data() + value.size();
    const auto [end, error] = std::from_chars(value.data() + 2, last, number, 16);
    return error == std::errc() && end == last ? std::to_string(number) : std::string(value);
  }
  return std::nullopt;
}

std::vector<Vector3> protocol_slices(std::span<const std::uint8_t> csa_series_header) {
  auto text = protocol_text(csa_series_header);
  // What is 0 is left out of the protocol.
  std::vector<Vector3> slices;
  std::uint32_t count = 0;
  while (const auto line = next_line(text)) {
    if (line->name == "sSliceArray.lSize") {
      const auto size = parse_integer(line->value).value_or(0);
      if (size < 1 || size > most_slices) return {};
      count = static_cast<std::uint32_t>(size);
    } else if (const auto coordinate = coordinate_of(line->name)) {
      const auto value = parse_decimal(line->value);
      if (!value) return {};
      if (slices.size() <= coordinate->slice) slices.resize(coordinate->slice + 1);
      slices[coordinate->slice][coordinate->axis] = *value;
    }
  }
  if (slices.size() > count) return {};
  slices.resize(count);
  return slices;
}

}  // namespace dcmflow
