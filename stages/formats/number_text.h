#pragma once
// Numbers in text headers. Pure; no Problems.

#include <array>
#include <charconv>
#include <string>

namespace dcmflow {

// The shortest text that reads back as the same number; -0 is written as 0.
template <class Number>
void append_number(std::string& text, Number number) {
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number + Number{0});
  text.append(digits.data(), end.ptr);
}

}  // namespace dcmflow
