// Text is read in runs of bytes that one coded set explains. Two sets are in force at a time (ISO
// 2022, PS3.5 6.1.2.5): G0 for bytes below 0x80, G1 for the others. Escape sequences change one of
// them; a delimiter brings the initial ones back. iconv knows the sets in their 8-bit form, so
// 7-bit runs of JIS X 0208 and 0212 are lifted to EUC-JP.

#include "stages/dicom/code_extensions.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "stages/dicom/coded_sets.h"
#include "stages/dicom/convert_run.h"

namespace dcmflow {
namespace {

constexpr char escape = 0x1B;
constexpr int most_sets = 16;  // of one data set; the standard has fewer

struct Designation {
  std::string_view sequence;  // behind the escape
  bool of_g1;
  CodedSet set;
};
constexpr std::array designations{
    Designation{"(B", false, ascii},
    Designation{"(J", false, {"SHIFT_JIS"}},
    Designation{"$B", false, {"EUC-JP", RunForm::lifted}},
    Designation{"$(D", false, {"EUC-JP", RunForm::lifted_behind_ss3}},
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

// What a file says of itself, short enough for a message.
std::string quoted(std::string_view name) {
  constexpr std::size_t longest = 32;
  std::string text = "'";
  for (const char c : name.substr(0, longest)) text += c >= 0x20 && c < 0x7F ? c : '?';
  return text + (name.size() > longest ? "...'" : "'");
}

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

bool is_upper(char c) { return static_cast<std::uint8_t>(c) >= 0x80; }

class Decoder {
 public:
  Decoder(const NamedSet& initial, bool is_name) : initial_(initial), is_name_(is_name) { reset(); }

  // The set of the text that this system cannot convert; empty when there is none. Its characters
  // are marked.
  std::string_view lacking() const { return lacking_; }

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

  // In a multi-byte set nothing delimits inside of a line.
  bool is_delimiter(char c) const {
    if (c == '\r' || c == '\n' || c == '\f' || c == '\t') return true;
    if (g0_.form != RunForm::as_is || is_one_set(g0_, g1_)) return false;
    return c == '\\' || (is_name_ && (c == '^' || c == '='));
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
    const bool upper = is_upper(text[0]);
    std::size_t length = 1;
    while (length < text.size() && text[length] != escape && !is_delimiter(text[length]) &&
           (is_one_set(g0_, g1_) || is_upper(text[length]) == upper))
      ++length;
    const CodedSet& set = upper ? g1_ : g0_;
    if (append_converted(text.substr(0, length), set, utf8_)) return length;
    if (has_converter(set)) return 0;
    lacking_ = set.iconv_name;
    mark(text.substr(0, length), set);
    return length;
  }

  // What is not ASCII becomes U+FFFD; in multi-byte sets two bytes at a time.
  void mark(std::string_view run, const CodedSet& set) {
    const bool is_lifted = set.form != RunForm::as_is;
    const bool is_double = is_lifted || is_one_set(g0_, g1_);
    for (std::size_t i = 0; i < run.size(); ++i) {
      if (!is_lifted && !is_upper(run[i])) {
        utf8_ += run[i];
        continue;
      }
      utf8_ += replacement;
      if (is_double) ++i;
    }
  }

  const NamedSet& initial_;
  const bool is_name_;
  CodedSet g0_, g1_;
  std::string utf8_;
  std::string_view lacking_;
};

// U+0080 to U+009F, which are no characters of any text: the bytes were those of a larger set.
bool has_control_codes(std::string_view utf8) {
  for (std::size_t i = 0; i + 1 < utf8.size(); ++i)
    if (utf8[i] == '\xC2' && static_cast<std::uint8_t>(utf8[i + 1]) < 0xA0) return true;
  return false;
}

// By the set, or by a larger one that goes under its name.
std::optional<DecodedText> decode_by(const NamedSet& set, std::string_view text, bool is_name) {
  Decoder decoder(set, is_name);
  auto utf8 = decoder.decode(text);
  const bool fits = utf8 && !has_control_codes(*utf8);
  if (!fits)
    if (const auto larger = find_larger_set(set))
      if (auto read = decode_by(*larger, text, is_name)) return read;
  if (!utf8) return std::nullopt;
  DecodedText read{.utf8 = std::move(*utf8), .lacking = decoder.lacking(), .note = {}};
  if (!read.lacking.empty())
    read.note = "no converter on this system for " + std::string(read.lacking);
  else if (!fits)
    read.note = "control characters in " + std::string(set.g1.iconv_name);
  else if (!set.is_defined)
    read.note = "read as " + std::string(set.name);
  return read;
}

}  // namespace

std::optional<DecodedText> decode_text(std::string_view text, std::string_view character_set,
                                       bool is_name, std::string& why) {
  why = character_set.empty()
            ? "no SpecificCharacterSet is declared"
            : "the text does not fit SpecificCharacterSet " + quoted(character_set);
  // The first value is in force at the beginning; some writers leave the escape sequences out and
  // mean another.
  std::size_t begin = 0;
  for (int i = 0; i < most_sets && begin <= character_set.size(); ++i) {
    const auto end = std::min(character_set.find('\\', begin), character_set.size());
    const std::string_view value = character_set.substr(begin, end - begin);
    begin = end + 1;
    auto set = find_set(value);
    if (!set) {
      if (i == 0) why = "SpecificCharacterSet " + quoted(character_set) + " is not known";
      continue;
    }
    set->is_defined &= i == 0;
    auto read = decode_by(*set, text, is_name);
    if (!read) continue;
    if (!read->note.empty())
      read->note = "SpecificCharacterSet " + quoted(character_set) + ": " + read->note;
    return read;
  }
  return std::nullopt;
}

}  // namespace dcmflow
