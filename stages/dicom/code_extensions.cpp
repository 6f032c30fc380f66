// Text is read in runs of bytes that one coded set explains. Two sets are in force at a time (ISO
// 2022, PS3.5 6.1.2.5): G0 for bytes below 0x80, G1 for the others. Escape sequences change one of
// them; a delimiter brings the initial ones back. iconv knows the sets in their 8-bit form, so
// 7-bit runs of JIS X 0208 and 0212 are lifted to EUC-JP.

#include "stages/dicom/code_extensions.h"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>

namespace dcmflow {
namespace {

constexpr char escape = 0x1B;

enum class Form : std::uint8_t {
  as_is,
  lifted,
  lifted_behind_ss3
};  // how a 7-bit run becomes iconv's 8-bit form

struct CodedSet {
  std::string_view iconv_name;  // a literal: its data() ends with a NUL
  Form form = Form::as_is;
};
constexpr CodedSet ascii{"US-ASCII"};

// What a Defined Term puts into force at the start of a value.
struct DefinedTerm {
  std::string_view term;
  CodedSet g0, g1;
};
constexpr std::array defined_terms{
    DefinedTerm{"", ascii, ascii},
    DefinedTerm{"ISO_IR 6", ascii, ascii},
    DefinedTerm{"ISO_IR 100", ascii, {"ISO-8859-1"}},
    DefinedTerm{"ISO_IR 101", ascii, {"ISO-8859-2"}},
    DefinedTerm{"ISO_IR 109", ascii, {"ISO-8859-3"}},
    DefinedTerm{"ISO_IR 110", ascii, {"ISO-8859-4"}},
    DefinedTerm{"ISO_IR 144", ascii, {"ISO-8859-5"}},
    DefinedTerm{"ISO_IR 127", ascii, {"ISO-8859-6"}},
    DefinedTerm{"ISO_IR 126", ascii, {"ISO-8859-7"}},
    DefinedTerm{"ISO_IR 138", ascii, {"ISO-8859-8"}},
    DefinedTerm{"ISO_IR 148", ascii, {"ISO-8859-9"}},
    DefinedTerm{"ISO_IR 203", ascii, {"ISO-8859-15"}},
    DefinedTerm{"ISO_IR 166", ascii, {"TIS-620"}},
    DefinedTerm{"ISO_IR 13", {"SHIFT_JIS"}, {"SHIFT_JIS"}},
    // Multi-byte sets without code extensions: every byte belongs to them.
    DefinedTerm{"GB18030", {"GB18030"}, {"GB18030"}},
    DefinedTerm{"GBK", {"GBK"}, {"GBK"}},
};

struct Designation {
  std::string_view sequence;  // behind the escape
  bool of_g1;
  CodedSet set;
};
constexpr std::array designations{
    Designation{"(B", false, ascii},
    Designation{"(J", false, {"SHIFT_JIS"}},
    Designation{"$B", false, {"EUC-JP", Form::lifted}},
    Designation{"$(D", false, {"EUC-JP", Form::lifted_behind_ss3}},
    Designation{")I", true, {"SHIFT_JIS"}},
    Designation{"$)C", true, {"EUC-KR"}},
    Designation{"$)A", true, {"GB2312"}},
    Designation{"-A", true, {"ISO-8859-1"}},
    Designation{"-B", true, {"ISO-8859-2"}},
    Designation{"-C", true, {"ISO-8859-3"}},
    Designation{"-D", true, {"ISO-8859-4"}},
    Designation{"-L", true, {"ISO-8859-5"}},
    Designation{"-G", true, {"ISO-8859-6"}},
    Designation{"-F", true, {"ISO-8859-7"}},
    Designation{"-H", true, {"ISO-8859-8"}},
    Designation{"-M", true, {"ISO-8859-9"}},
    Designation{"-b", true, {"ISO-8859-15"}},
    Designation{"-T", true, {"TIS-620"}},
};

const DefinedTerm* find_term(std::string_view character_set) {
  std::string term(character_set.substr(0, character_set.find('\\')));
  if (term.starts_with("ISO 2022 IR")) term.replace(0, 11, "ISO_IR");
  const auto* found = std::ranges::find(defined_terms, term, &DefinedTerm::term);
  return found == defined_terms.end() ? nullptr : found;
}

// A conversion to UTF-8, opened once for each thread; iconv has no shared state.
iconv_t converter(std::string_view from) {
  struct Converters {
    std::map<std::string, iconv_t, std::less<>> open;
    ~Converters() {
      for (const auto& [name, conversion] : open) iconv_close(conversion);
    }
  };
  thread_local Converters converters;
  const auto known = converters.open.find(from);
  if (known != converters.open.end()) return known->second;
  return converters.open.emplace(from, iconv_open("UTF-8", from.data())).first->second;
}

bool append_converted(std::string_view run, const CodedSet& set, std::string& utf8) {
  std::string input;
  for (std::size_t i = 0; i < run.size(); ++i) {
    if (set.form == Form::lifted_behind_ss3 && i % 2 == 0) input += '\x8F';
    input += static_cast<char>(set.form == Form::as_is ? run[i] : run[i] | 0x80);
  }
  const auto conversion = converter(set.iconv_name);
  // NOLINTNEXTLINE(performance-no-int-to-ptr): POSIX says so
  if (conversion == reinterpret_cast<iconv_t>(-1)) return false;
  iconv(conversion, nullptr, nullptr, nullptr, nullptr);
  std::string output(input.size() * 4, '\0');
  auto* in = input.data();
  auto* out = output.data();
  auto in_left = input.size();
  auto out_left = output.size();
  if (iconv(conversion, &in, &in_left, &out, &out_left) == static_cast<std::size_t>(-1) ||
      in_left > 0)
    return false;
  utf8.append(output, 0, output.size() - out_left);
  return true;
}

class Decoder {
 public:
  Decoder(const DefinedTerm& initial, bool is_name) : initial_(initial), is_name_(is_name) {
    reset();
  }

  std::optional<std::string> decode(std::string_view text) {
    while (!text.empty()) {
      const auto taken = text[0] == escape ? take_escape(text) : take_run(text);
      if (taken == 0) return std::nullopt;
      text.remove_prefix(taken);
    }
    return std::move(utf8_);
  }

 private:
  void reset() {
    g0_ = initial_.g0;
    g1_ = initial_.g1;
  }

  // Whether both halves are one multi-byte set: then bytes of either kind belong together, and
  // nothing delimits inside.
  bool is_one_set() const {
    return g0_.iconv_name == g1_.iconv_name && g0_.iconv_name != ascii.iconv_name;
  }
  bool is_delimiter(char c) const {
    if (g0_.form != Form::as_is || is_one_set())
      return c == '\r' || c == '\n' || c == '\f' || c == '\t';
    return c == '\\' || c == '\r' || c == '\n' || c == '\f' || c == '\t' ||
           (is_name_ && (c == '^' || c == '='));
  }

  std::size_t take_escape(std::string_view text) {
    for (const auto& designation : designations) {
      if (!text.substr(1).starts_with(designation.sequence)) continue;
      (designation.of_g1 ? g1_ : g0_) = designation.set;
      return 1 + designation.sequence.size();
    }
    return 0;
  }

  std::size_t take_run(std::string_view text) {
    if (is_delimiter(text[0])) {
      utf8_ += text[0];
      reset();
      return 1;
    }
    const auto is_upper = [](char c) { return static_cast<std::uint8_t>(c) >= 0x80; };
    const bool upper = is_upper(text[0]);
    std::size_t length = 1;
    while (length < text.size() && text[length] != escape && !is_delimiter(text[length]) &&
           (is_one_set() || is_upper(text[length]) == upper))
      ++length;
    return append_converted(text.substr(0, length), upper ? g1_ : g0_, utf8_) ? length : 0;
  }

  const DefinedTerm& initial_;
  const bool is_name_;
  CodedSet g0_, g1_;
  std::string utf8_;
};

}  // namespace

std::optional<std::string> decode_text(std::string_view text, std::string_view character_set,
                                       bool is_name) {
  const auto* term = find_term(character_set);
  if (!term) return std::nullopt;
  return Decoder(*term, is_name).decode(text);
}

}  // namespace dcmflow
