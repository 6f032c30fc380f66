#include "stages/base/attribute_values.h"

#include <array>
#include <cstring>

namespace dcmflow {
namespace {

// Lengths from here on take four bytes more.
constexpr std::uint8_t long_length = 0xFF;

// What stands before a text.
constexpr std::size_t short_head = sizeof(AttributeIndex) + sizeof long_length;
constexpr std::size_t long_head = short_head + sizeof(std::uint32_t);

struct EntryHead {
  AttributeIndex attribute;
  std::uint32_t length;  // of the text
  std::size_t bytes;
};

// REQUIRES: a whole head is at `at`.
EntryHead head_at(const char* at) {
  EntryHead head{0, static_cast<std::uint8_t>(at[sizeof(AttributeIndex)]), short_head};
  std::memcpy(&head.attribute, at, sizeof head.attribute);
  if (head.length == long_length) {
    std::memcpy(&head.length, at + short_head, sizeof head.length);
    head.bytes = long_head;
  }
  return head;
}

}  // namespace

void AttributeValues::add(AttributeIndex attribute, std::string_view text) {
  std::array<char, long_head> head;
  std::memcpy(head.data(), &attribute, sizeof attribute);
  const auto length = static_cast<std::uint32_t>(text.size());
  const bool is_long = length >= long_length;
  head[sizeof attribute] = static_cast<char>(is_long ? long_length : length);
  if (is_long) std::memcpy(head.data() + short_head, &length, sizeof length);
  packed_.append({head.data(), is_long ? long_head : short_head});
  packed_.append(text);
}

AttributeValues::Entry AttributeValues::entry_at(std::size_t at) const {
  const EntryHead head = head_at(packed().data() + at);
  return {head.attribute, packed().substr(at + head.bytes, head.length),
          at + head.bytes + head.length};
}

// Asked some hundred times of every instance, so it does less than entry_at().
std::optional<std::string_view> AttributeValues::find(AttributeIndex attribute) const {
  const auto all = packed();
  const char* const end = all.data() + all.size();
  for (const char* at = all.data(); at != end;) {
    const EntryHead head = head_at(at);
    if (head.attribute == attribute) return std::string_view(at + head.bytes, head.length);
    at += head.bytes + head.length;
  }
  return std::nullopt;
}

std::optional<AttributeValues> AttributeValues::unpack(std::string_view packed,
                                                       std::size_t attributes) {
  for (std::string_view rest = packed; !rest.empty();) {
    if (rest.size() < short_head) return std::nullopt;
    const bool is_long = static_cast<std::uint8_t>(rest[sizeof(AttributeIndex)]) == long_length;
    if (is_long && rest.size() < long_head) return std::nullopt;
    const EntryHead head = head_at(rest.data());
    if (head.attribute >= attributes || head.length > rest.size() - head.bytes) return std::nullopt;
    rest.remove_prefix(head.bytes + head.length);
  }
  AttributeValues values;
  values.packed_ = ByteBlock(packed);
  return values;
}

std::string_view first_value(std::string_view text) {
  text = text.substr(0, text.find('\\'));
  const auto begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

}  // namespace dcmflow
