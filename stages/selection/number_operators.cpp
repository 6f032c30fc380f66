#include "stages/selection/number_operators.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

namespace dcmflow {
namespace {

// Dates, times and ages may be given as text.
std::optional<double> find_bound(const ObjectParts& parts, const JsonValue& value) {
  const bool may_be_text =
      parts.context.scale != Scale::text && parts.context.scale != Scale::decimal;
  return value.is(JsonValue::Type::number) || may_be_text ? find_operand(value, parts.context.scale)
                                                          : std::nullopt;
}

std::optional<std::array<double, 2>> two_numbers(ObjectParts& parts, const JsonMember& member,
                                                 std::string_view wanted) {
  const auto& items = member.value.items;
  const bool two = items.size() == 2;
  const auto first = two ? find_bound(parts, items[0]) : std::nullopt;
  const auto second = two ? find_bound(parts, items[1]) : std::nullopt;
  if (first && second) return std::array<double, 2>{*first, *second};
  parts.messages.expected(member.value, wanted);
  return std::nullopt;
}

}  // namespace

void add_comparison(ObjectParts& parts, const JsonMember& member) {
  const auto operand = find_bound(parts, member.value);
  if (!operand) return parts.messages.expected(member.value, "a number");
  parts.bounds.push_back(compile_comparison(member.key, parts.context.scale, *operand));
}

void add_between(ObjectParts& parts, const JsonMember& member) {
  const auto range = two_numbers(parts, member, "two numbers, [low, high]");
  if (!range) return;
  const auto [low, high] = *range;
  if (low > high) parts.messages.expected(member.value, "the lower bound first");
  parts.bounds.push_back([low = low, high = high, scale = parts.context.scale](double value) {
    return low <= cut_to(scale, low, value) && cut_to(scale, high, value) <= high;
  });
}

// 1.1 is near [1, 0.1] although its distance is 0.10000000000000009 in binary.
void add_near(ObjectParts& parts, const JsonMember& member) {
  const auto near = two_numbers(parts, member, "two numbers, [value, tolerance]");
  if (!near) return;
  if (cut_to(parts.context.scale, 0, 1) != 1)
    return parts.messages.error(member.position, "a date or time is near none; use \"between\"");
  const auto [centre, tolerance] = *near;
  if (tolerance < 0) parts.messages.expected(member.value, "a tolerance of 0 or more");
  parts.bounds.push_back([centre = centre, tolerance = tolerance](double value) {
    const double rounding = 1e-12 * std::max(std::abs(value), std::abs(centre));
    return std::abs(value - centre) <= tolerance + rounding;
  });
}

void finish_bounds(ObjectParts& parts) {
  if (parts.bounds.empty()) return;
  parts.tests.push_back(
      any_value(number_is(parts.context.scale, [bounds = std::move(parts.bounds)](double value) {
        return std::ranges::all_of(bounds, [&](const auto& bound) { return bound(value); });
      })));
}

}  // namespace dcmflow
