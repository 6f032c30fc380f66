#pragma once
// The value of one element in the DICOM JSON model (PS3.18 F.2.3 to F.2.7). No Problems;
// thread-safe on distinct writers.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "stages/catalog/json_writer.h"
#include "stages/dicom/element_reader.h"

namespace dcmflow {

// How a value stands in JSON (table F.2.3-1).
enum class JsonForm : std::uint8_t {
  texts,     // separated by '\'
  text,      // one, in which '\' is a character like others
  name,      // component groups separated by '='
  tags,      // ggggeeee
  decimals,  // numbers that are text in DICOM
  integers,
  numbers,  // binary ones
  bytes,    // Base64
  items,
};

struct JsonVr {
  std::string_view name;  // empty: of plain texts, which are not listed
  JsonForm form;
  std::size_t word_bytes = 1;  // of what the byte order turns round
};
JsonVr json_vr(Vr code);

// The values of `text`, as value_text() gives it, into the array that is open. Empty values and
// names become null (F.2.5). Numbers that a JSON number would lose, and those that are none (NaN),
// become strings.
void write_json_values(JsonWriter& json, JsonForm form, std::string_view text);

// Base64 of the value as little endian (F.2.7).
std::string inline_binary(std::span<const std::uint8_t> value, std::size_t word_bytes,
                          bool big_endian);

}  // namespace dcmflow
