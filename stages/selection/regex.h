#pragma once
// Regular expressions in the Perl dialect (PCRE2): look-ahead, inline flags, Unicode, and a bound
// on the work of one search.

#include <cstdint>
#include <memory>
#include <string_view>

#include "stages/base/result.h"

struct pcre2_real_code_8;

namespace dcmflow {

struct RegexOptions {
  bool ignore_case = false;
  bool literal = false;     // no character is special
  bool whole = false;       // the whole subject must match
  bool multi_line = false;  // ^ and $ also at line ends
  bool dot_all = false;     // . also matches a line end
  bool extended = false;    // white space and # comments in the pattern are skipped
};

// gave_up: the search would have taken more than the match, depth or heap limit.
enum class RegexOutcome : std::uint8_t { match, no_match, gave_up };

// A compiled pattern. Immutable, cheap to copy, safe from any thread. It is interpreted, not
// compiled to machine code, so that the limits are met at the same subjects on every machine.
class Regex {
 public:
  // Problem{bad_rules}: detail = what PCRE2 found wrong, and at which character of the pattern.
  static Result<Regex> compile(std::string_view pattern, const RegexOptions& options);

  // Looks for the pattern anywhere in the subject. Bytes that are not UTF-8 match nothing. Throws
  // only std::bad_alloc.
  RegexOutcome search(std::string_view subject) const;

 private:
  explicit Regex(std::shared_ptr<const pcre2_real_code_8> code) : code_(std::move(code)) {}

  std::shared_ptr<const pcre2_real_code_8> code_;
};

}  // namespace dcmflow
