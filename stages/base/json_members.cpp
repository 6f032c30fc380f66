#include "stages/base/json_members.h"

#include <algorithm>
#include <cmath>

namespace dcmflow {

void JsonMembers::fail(std::string_view key, const std::string& what) {
  if (fault_) return;
  const auto* const value = of_.find(key);
  const auto position = value ? value->position : of_.position;
  fault_ = Problem{reason_, source_, to_string(position) + ": '" + std::string(key) + "' " + what};
}

const JsonValue* JsonMembers::take(std::string_view key, JsonValue::Type type) {
  const auto* const value = of_.find(key);
  if (value == nullptr) fail(key, "is missing");
  if (value == nullptr || value->is(type)) return value;
  fail(key, "is " + std::string(type_name(*value)) + ", expected " +
                std::string(type_name(JsonValue{.type = type})));
  return nullptr;
}

std::string JsonMembers::text(std::string_view key) {
  const auto* const value = take(key, JsonValue::Type::string);
  if (value == nullptr) return {};
  if (value->text.empty() || value->text.find('\0') != std::string::npos)
    fail(key, "is empty or holds a zero byte, expected a text");
  return value->text;
}

double JsonMembers::number(std::string_view key) {
  const auto* const value = take(key, JsonValue::Type::number);
  if (value == nullptr) return 0;
  if (!std::isfinite(value->number)) fail(key, "is too large for a number");
  return value->number;
}

bool JsonMembers::flag(std::string_view key) {
  const auto* const value = has(key) ? take(key, JsonValue::Type::boolean) : nullptr;
  return value != nullptr && value->boolean;
}

void JsonMembers::take_numbers(std::string_view key, std::span<double> found) {
  const auto* const list = take(key, JsonValue::Type::array);
  if (list == nullptr) return;
  if (list->items.size() != found.size())
    return fail(key, "has " + std::to_string(list->items.size()) + " items, expected " +
                         std::to_string(found.size()) + " numbers");
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto& item = list->items[i];
    if (!item.is(JsonValue::Type::number) || !std::isfinite(item.number))
      return fail(key, "holds " + to_text(item) + ", expected numbers");
    found[i] = item.number;
  }
}

void JsonMembers::allow(std::span<const std::string_view> keys) {
  for (const JsonMember& member : of_.members) {
    if (member.repeated) fail(member.key, "is there more than once");
    if (std::ranges::find(keys, member.key) != keys.end()) continue;
    std::string expected;
    for (const auto key : keys) expected.append(expected.empty() ? "" : ", ").append(key);
    fail(member.key, "is not known, expected one of " + expected);
  }
}

}  // namespace dcmflow
