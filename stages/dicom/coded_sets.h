#pragma once
// The coded character sets that Specific Character Set (0008,0005) names (PS3.3 C.12.1.1.2), by
// their defined terms and by the other names that they are known by.

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

// What a Defined Term puts into force at the start of a value.
struct DefinedTerm {
  std::string_view term;
  CodedSet g0, g1;
};

// A set as it is to be read, and whether its name is a defined term.
struct NamedSet {
  DefinedTerm set;
  bool is_defined = true;
};

// nullopt: nobody knows the name. Thread-safe.
std::optional<NamedSet> find_set(std::string_view name);

}  // namespace dcmflow
