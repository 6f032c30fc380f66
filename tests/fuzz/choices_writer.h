#pragma once
// Inputs for the targets that take their choices from a FuzzedDataProvider.

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/choices.h"
#include "tests/fuzz/inputs.h"

namespace dcmflow::fuzz {

// What FuzzedDataProvider makes the given choices of: numbers from the end of the input, bytes from
// its beginning.
class Choices {
 public:
  // A number of 0 to `most`, which is below 2^16.
  void number(unsigned number, unsigned most) {
    if (most > 0xFF) numbers_.push_back(static_cast<std::uint8_t>(number >> 8));
    if (most > 0) numbers_.push_back(static_cast<std::uint8_t>(number));
  }
  void byte(unsigned number) { numbers_.push_back(static_cast<std::uint8_t>(number)); }
  void yes_or_no(bool yes) { byte(yes ? 1 : 0); }
  void bytes(const Bytes& value, unsigned most) {
    number(static_cast<unsigned>(value.size()), most);
    bytes_.insert(bytes_.end(), value.begin(), value.end());
  }
  void text(std::string_view value) { bytes(Bytes(value.begin(), value.end()), longest_value); }
  Bytes input() const {
    Bytes all = bytes_;
    all.insert(all.end(), numbers_.rbegin(), numbers_.rend());
    return all;
  }

 private:
  Bytes bytes_, numbers_;
};

// The bytes of a value with a binary VR.
template <class T>
std::string binary(const std::vector<T>& values) {
  std::string text(values.size() * sizeof(T), '\0');
  std::memcpy(text.data(), values.data(), text.size());
  return text;
}

}  // namespace dcmflow::fuzz
