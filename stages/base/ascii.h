#pragma once
// Letters and blanks of ASCII; unlike <cctype>, in no locale. Pure; no Problems.

#include <string_view>

namespace dcmflow {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Without the characters of `padding` at both ends.
constexpr std::string_view trimmed(std::string_view text, std::string_view padding) {
  const auto begin = text.find_first_not_of(padding);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(padding) - begin + 1);
}

}  // namespace dcmflow
