#include "stages/selection/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <array>
#include <new>
#include <string>

namespace dcmflow {
namespace {

// A sane pattern on a long text needs some thousands of steps; these bounds end a hostile one after
// milliseconds.
constexpr std::uint32_t match_limit = 500'000;
constexpr std::uint32_t depth_limit = 250'000;
constexpr std::uint32_t heap_limit_kib = 64 * 1024;

template <auto free>
struct Free {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};
using MatchContext = std::unique_ptr<pcre2_match_context, Free<pcre2_match_context_free>>;
using MatchData = std::unique_ptr<pcre2_match_data, Free<pcre2_match_data_free>>;

// What a search works with: one for each thread, since creating it costs more than a usual search.
struct Workspace {
  MatchContext limits{pcre2_match_context_create(nullptr)};
  MatchData match{pcre2_match_data_create(1, nullptr)};

  Workspace() {
    if (!limits || !match) throw std::bad_alloc();
    pcre2_set_match_limit(limits.get(), match_limit);
    pcre2_set_depth_limit(limits.get(), depth_limit);
    pcre2_set_heap_limit(limits.get(), heap_limit_kib);
  }
};

std::uint32_t compile_flags(const RegexOptions& options) {
  // PCRE2_LITERAL allows few other flags; case folding is Unicode's under PCRE2_UTF anyway.
  // What the library finds out before it searches differs from version to version: without that,
  // whether a search meets its limits depends on the pattern and the subject alone.
  std::uint32_t flags = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NO_START_OPTIMIZE;
  flags |= options.literal ? PCRE2_LITERAL : PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C;
  if (options.ignore_case) flags |= PCRE2_CASELESS;
  if (options.whole) flags |= PCRE2_ANCHORED | PCRE2_ENDANCHORED;
  if (options.multi_line) flags |= PCRE2_MULTILINE;
  if (options.dot_all) flags |= PCRE2_DOTALL;
  if (options.extended) flags |= PCRE2_EXTENDED;
  return flags;
}

PCRE2_SPTR units(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

Problem compile_problem(std::string_view pattern, int error, std::size_t offset) {
  std::array<PCRE2_UCHAR, 256> words{};
  pcre2_get_error_message(error, words.data(), words.size());
  const std::string_view before = pattern.substr(0, std::min(offset, pattern.size()));
  const auto characters = std::ranges::count_if(
      before, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
  return {Reason::bad_rules, std::string(pattern),
          std::string(reinterpret_cast<const char*>(words.data())) + " at character " +
              std::to_string(characters) + " of the pattern"};
}

}  // namespace

Result<Regex> Regex::compile(std::string_view pattern, const RegexOptions& options) {
  int error = 0;
  std::size_t offset = 0;
  pcre2_code* code = pcre2_compile(units(pattern), pattern.size(), compile_flags(options), &error,
                                   &offset, nullptr);
  if (code == nullptr) return compile_problem(pattern, error, offset);
  return Regex(std::shared_ptr<const pcre2_real_code_8>(code, Free<pcre2_code_free>()));
}

RegexOutcome Regex::search(std::string_view subject) const {
  thread_local const Workspace workspace;
  const int found = pcre2_match(code_.get(), units(subject), subject.size(), 0, 0,
                                workspace.match.get(), workspace.limits.get());
  if (found >= 0) return RegexOutcome::match;
  return found == PCRE2_ERROR_NOMATCH ? RegexOutcome::no_match : RegexOutcome::gave_up;
}

}  // namespace dcmflow
