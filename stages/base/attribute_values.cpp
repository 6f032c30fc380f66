#include "stages/base/attribute_values.h"

#include <array>
#include <cstring>

namespace dcmflow {
namespace {

// Lengths from here on take four bytes more.
constexpr std::uint16_t long_length = 0xFFFF;

template <class Number>
void append(std::vector<char>& packed, Number number) {
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  packed.insert(packed.end(), bytes, bytes + sizeof number);
}

// Reads at `at` and goes behind it.
template <class Number>
Number read(const std::vector<char>& packed, std::size_t& at) {
  Number number;
  std::memcpy(&number, packed.data() + at, sizeof number);
  at += sizeof number;
  return number;
}

}  // namespace

void AttributeValues::add(AttributeIndex attribute, std::string_view text) {
  append(packed_, attribute);
  if (text.size() < long_length) {
    append(packed_, static_cast<std::uint16_t>(text.size()));
  } else {
    append(packed_, long_length);
    append(packed_, static_cast<std::uint32_t>(text.size()));
  }
  packed_.insert(packed_.end(), text.begin(), text.end());
}

AttributeValues::Entry AttributeValues::entry_at(std::size_t at) const {
  const auto attribute = read<AttributeIndex>(packed_, at);
  std::size_t length = read<std::uint16_t>(packed_, at);
  if (length == long_length) length = read<std::uint32_t>(packed_, at);
  return {attribute, packed().substr(at, length), at + length};
}

// Asked some hundred times of every instance, so it does less than entry_at().
std::optional<std::string_view> AttributeValues::find(AttributeIndex attribute) const {
  const char* const end = packed_.data() + packed_.size();
  for (const char* at = packed_.data(); at != end;) {
    std::array<std::uint16_t, 2> head;
    std::memcpy(head.data(), at, sizeof head);
    at += sizeof head;
    std::size_t length = head[1];
    if (length == long_length) {
      std::uint32_t full = 0;
      std::memcpy(&full, at, sizeof full);
      at += sizeof full;
      length = full;
    }
    if (head[0] == attribute) return std::string_view(at, length);
    at += length;
  }
  return std::nullopt;
}

std::optional<AttributeValues> AttributeValues::unpack(std::string_view packed,
                                                       std::size_t attributes) {
  constexpr std::size_t short_head = sizeof(AttributeIndex) + sizeof long_length;
  AttributeValues values;
  values.packed_.assign(packed.begin(), packed.end());
  for (std::size_t at = 0; at < packed.size();) {
    std::size_t head = short_head;
    if (packed.size() - at < head) return std::nullopt;
    std::size_t end = at;
    const auto attribute = read<AttributeIndex>(values.packed_, end);
    std::size_t length = read<std::uint16_t>(values.packed_, end);
    if (length == long_length) {
      head += sizeof(std::uint32_t);
      if (packed.size() - at < head) return std::nullopt;
      length = read<std::uint32_t>(values.packed_, end);
    }
    if (attribute >= attributes || length > packed.size() - end) return std::nullopt;
    at = end + length;
  }
  return values;
}

std::string_view first_value(std::string_view text) {
  text = text.substr(0, text.find('\\'));
  const auto begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

}  // namespace dcmflow
