#pragma once
// The coded character sets that Specific Character Set (0008,0005) names (PS3.3 C.12.1.1.2), by
// their defined terms and by the other names that they are known by. No Problems; thread-safe.

#include <cstdint>
#include <optional>
#include <string_view>

namespace dcmflow {

// How a 7-bit run becomes iconv's 8-bit form.
enum class RunForm : std::uint8_t { as_is, lifted, lifted_behind_ss3 };

struct CodedSet {
  std::string_view iconv_name;  // a literal: its data() ends with a NUL
  RunForm form = RunForm::as_is;
};
inline constexpr CodedSet ascii{"US-ASCII"};
inline constexpr CodedSet jis_roman{"SHIFT_JIS"};

// What one value of Specific Character Set puts into force at the start of a text.
struct NamedSet {
  std::string_view name;  // the defined term; iconv's name where there is none
  CodedSet g0, g1;
  bool is_defined = true;  // the value was the defined term, to the letter
};

// Whether the two are one multi-byte set: then bytes below and above 0x80 belong together.
inline bool is_one_set(const CodedSet& g0, const CodedSet& g1) {
  return g0.iconv_name == g1.iconv_name && g0.iconv_name != ascii.iconv_name &&
         g0.iconv_name != jis_roman.iconv_name;
}

// The set of a value: by its defined term, else by any name that it is known by, however written.
// "" is the default repertoire. nullopt: nobody knows the name. Thread-safe.
std::optional<NamedSet> find_set(std::string_view value);

// A set that has all characters of `set` and more, and is met under its name; nullopt where there
// is none.
std::optional<NamedSet> find_larger_set(const NamedSet& set);

}  // namespace dcmflow
