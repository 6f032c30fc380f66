#include "stages/dicom/attribute_values.h"

#include <cstring>

namespace dcmflow {
namespace {

// Lengths from here on take four bytes more.
constexpr std::uint16_t long_length = 0xFFFF;

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
  const bool is_long = text.size() >= long_length;
  const auto length = is_long ? long_length : static_cast<std::uint16_t>(text.size());
  auto at = packed_.size();
  // Grown once: called for every kept value of every file.
  packed_.resize(at + sizeof attribute + sizeof length + (is_long ? 4 : 0) + text.size());
  const auto put = [&](const void* bytes, std::size_t count) {
    std::memcpy(packed_.data() + at, bytes, count);
    at += count;
  };
  put(&attribute, sizeof attribute);
  put(&length, sizeof length);
  if (const auto size = static_cast<std::uint32_t>(text.size()); is_long) put(&size, sizeof size);
  if (!text.empty()) put(text.data(), text.size());
}

AttributeValues::Entry AttributeValues::entry_at(std::size_t at) const {
  const auto attribute = read<AttributeIndex>(packed_, at);
  std::size_t length = read<std::uint16_t>(packed_, at);
  if (length == long_length) length = read<std::uint32_t>(packed_, at);
  return {attribute, packed().substr(at, length), at + length};
}

std::optional<std::string_view> AttributeValues::find(AttributeIndex attribute) const {
  for (std::size_t at = 0; at < packed_.size();) {
    const Entry entry = entry_at(at);
    if (entry.attribute == attribute) return entry.text;
    at = entry.next;
  }
  return std::nullopt;
}

std::string_view first_value(std::string_view text) {
  text = text.substr(0, text.find('\\'));
  const auto begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

}  // namespace dcmflow
