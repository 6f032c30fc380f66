#pragma once
// The members of a JSON object, taken one by one: the first that is not as it should be is the
// fault. For one thread.

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stages/base/json_value.h"
#include "stages/base/result.h"

namespace dcmflow {

// After a fault the values that are given are of no use. REQUIRES: the object outlives it.
class JsonMembers {
 public:
  // Problems are of `reason`, about `source`.
  JsonMembers(const JsonValue& of, std::string_view source, Reason reason)
      : of_(of), source_(source), reason_(reason) {}
  // Of an object within this one.
  JsonMembers within(const JsonValue& of) const { return {of, source_, reason_}; }

  bool has(std::string_view key) const { return of_.find(key) != nullptr; }
  std::string text(std::string_view key);
  std::string text_or_none(std::string_view key) { return has(key) ? text(key) : std::string(); }
  double number(std::string_view key);  // finite
  double number_or(std::string_view key, double otherwise) {
    return has(key) ? number(key) : otherwise;
  }
  bool flag(std::string_view key);  // false where there is none
  template <std::size_t count>
  std::array<double, count> numbers(std::string_view key) {
    std::array<double, count> found{};
    take_numbers(key, found);
    return found;
  }
  // The value, where it is of that type.
  const JsonValue* take(std::string_view key, JsonValue::Type type);

  void fail(std::string_view key, const std::string& what);
  // There is no member but these, and none twice.
  void allow(std::span<const std::string_view> keys);
  void join(const JsonMembers& other) {
    if (!fault_) fault_ = other.fault_;
  }
  const std::optional<Problem>& fault() const { return fault_; }

 private:
  void take_numbers(std::string_view key, std::span<double> found);

  const JsonValue& of_;
  const std::string source_;
  const Reason reason_;
  std::optional<Problem> fault_;
};

}  // namespace dcmflow
