#pragma once
// A value of a JSON text that knows its line and column, and whose members keep their order: what
// messages about a user's file need. Plain values, thread-safe to read; no Problems.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dcmflow {

// From 1; columns count characters, not bytes.
struct TextPosition {
  std::size_t line = 1;
  std::size_t column = 1;
};
std::string to_string(TextPosition position);  // "line 3, column 7"

struct JsonMember;

struct JsonValue {
  enum class Type : std::uint8_t { null, boolean, number, string, array, object };

  Type type = Type::null;
  bool boolean = false;
  double number = 0;
  std::string text;  // of a string; of a number, as it is written
  std::vector<JsonValue> items;
  std::vector<JsonMember> members;  // in the order of the file
  TextPosition position;

  bool is(Type wanted) const { return type == wanted; }
  // The member's value, or nullptr when there is none or this is no object.
  const JsonValue* find(std::string_view key) const;
};

struct JsonMember {
  std::string key;
  TextPosition position;  // of the key
  bool repeated = false;  // the object has the key more than once; this is the last, which counts
  JsonValue value;
};

std::string_view type_name(const JsonValue& value);  // "a number", "an object", ...
std::string to_text(const JsonValue& value);  // compact JSON, ", " and ": " between the parts

}  // namespace dcmflow
