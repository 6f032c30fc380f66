#include "stages/base/json_value.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace dcmflow {
namespace {

using Json = nlohmann::json;
using enum JsonValue::Type;

void append_text(std::string& out, const JsonValue& value) {
  switch (value.type) {
    case null:
      out += "null";
      return;
    case boolean:
      out += value.boolean ? "true" : "false";
      return;
    case number:
      out += value.text;
      return;
    case string:
      out += Json(value.text).dump();
      return;
    case array:
      out += '[';
      for (const JsonValue& item : value.items) {
        if (&item != value.items.data()) out += ", ";
        append_text(out, item);
      }
      out += ']';
      return;
    case object:
      out += '{';
      for (const JsonMember& member : value.members) {
        if (&member != value.members.data()) out += ", ";
        out.append(Json(member.key).dump()).append(": ");
        append_text(out, member.value);
      }
      out += '}';
  }
}

}  // namespace

std::string to_string(TextPosition position) {
  return "line " + std::to_string(position.line) + ", column " + std::to_string(position.column);
}

const JsonValue* JsonValue::find(std::string_view key) const {
  const auto member = std::ranges::find(members, key, &JsonMember::key);
  return member == members.end() ? nullptr : &member->value;
}

std::string_view type_name(const JsonValue& value) {
  static constexpr auto names = std::to_array<std::string_view>(
      {"null", "a boolean", "a number", "a string", "a list", "an object"});
  return names[static_cast<std::size_t>(value.type)];
}

std::string to_text(const JsonValue& value) {
  std::string out;
  append_text(out, value);
  return out;
}

}  // namespace dcmflow
