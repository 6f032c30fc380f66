#include "stages/dicom/attribute_values.h"

#include <cstring>

namespace dcmflow {
namespace {

constexpr std::size_t prefix_bytes = 6;

}  // namespace

void AttributeValues::add(AttributeIndex attribute, std::string_view text) {
  const auto length = static_cast<std::uint32_t>(text.size());
  char prefix[prefix_bytes];
  std::memcpy(prefix, &attribute, 2);
  std::memcpy(prefix + 2, &length, 4);
  packed_.insert(packed_.end(), prefix, prefix + prefix_bytes);
  packed_.insert(packed_.end(), text.begin(), text.begin() + length);
}

AttributeValues::Entry AttributeValues::entry_at(std::size_t at) const {
  AttributeIndex attribute = 0;
  std::uint32_t length = 0;
  std::memcpy(&attribute, packed_.data() + at, 2);
  std::memcpy(&length, packed_.data() + at + 2, 4);
  const std::size_t begin = at + prefix_bytes;
  return {attribute, packed().substr(begin, length), begin + length};
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
