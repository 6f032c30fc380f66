#pragma once
// A compact record of attribute texts: one array for all of them, so that a million instances stay
// small. No Problems.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "stages/base/byte_block.h"

namespace dcmflow {

// A row of the AttributeTable in use.
using AttributeIndex = std::uint16_t;

// Attribute → DICOM text in UTF-8, several values separated by '\' (PS3.5 6.4). Binary values are
// held as decimal text. Immutable once built; reads are safe from any thread.
class AttributeValues {
 public:
  // Appends one attribute. REQUIRES: not added before. REQUIRES: all texts are less than 4 GiB.
  void add(AttributeIndex attribute, std::string_view text);

  // The text, or nullopt when the attribute is absent. An attribute that is present and empty has
  // the text "".
  std::optional<std::string_view> find(AttributeIndex attribute) const;

  // Calls visit(AttributeIndex, std::string_view) for each attribute in the order of adding.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (std::size_t at = 0; at < packed().size();) {
      const Entry entry = entry_at(at);
      visit(entry.attribute, entry.text);
      at = entry.next;
    }
  }

  void reserve(std::uint32_t bytes) { packed_.reserve(bytes); }
  void shrink_to_fit() { packed_.shrink_to_fit(); }
  std::size_t bytes() const { return packed_.room(); }
  // All of it as bytes, and back again; nullopt when these are not what packed() gave, or speak of
  // more than `attributes` attributes. For one machine: in its byte order.
  std::string_view packed() const { return packed_.view(); }
  static std::optional<AttributeValues> unpack(std::string_view packed, std::size_t attributes);
  bool operator==(const AttributeValues&) const = default;

 private:
  struct Entry {
    AttributeIndex attribute;
    std::string_view text;
    std::size_t next;
  };
  Entry entry_at(std::size_t at) const;

  // [u16 attribute][u8 length][text]…, or [u16 attribute][0xFF][u32 length][text].
  ByteBlock packed_;
};

// The first of several values, without the padding spaces.
std::string_view first_value(std::string_view text);

}  // namespace dcmflow
