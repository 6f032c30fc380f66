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
#include <vector>

#include "stages/dicom/coded_sets.h"
#include "stages/dicom/convert_run.h"

namespace dcmflow {
namespace {

constexpr char escape = 0x1B;

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

class Decoder {
 public:
  Decoder(const DefinedTerm& initial, bool is_name) : initial_(initial), is_name_(is_name) {
    reset();
  }

  // The set of the text that this system cannot convert; empty when there is none.
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

  // Whether both halves are one multi-byte set: then bytes of either kind belong together, and
  // nothing delimits inside.
  bool is_one_set() const {
    return g0_.iconv_name == g1_.iconv_name && g0_.iconv_name != ascii.iconv_name &&
           g0_.iconv_name != jis_roman.iconv_name;
  }
  bool is_delimiter(char c) const {
    if (g0_.form != RunForm::as_is || is_one_set())
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
    const CodedSet& set = upper ? g1_ : g0_;
    if (append_converted(text.substr(0, length), set, utf8_)) return length;
    if (!has_converter(set)) lacking_ = set.iconv_name;
    return 0;
  }

  const DefinedTerm& initial_;
  const bool is_name_;
  CodedSet g0_, g1_;
  std::string utf8_;
  std::string_view lacking_;
};

}  // namespace

std::optional<DecodedText> decode_text(std::string_view text, std::string_view character_set,
                                       bool is_name, std::string& why) {
  why = character_set.empty()
            ? "no SpecificCharacterSet is declared"
            : "the text does not fit SpecificCharacterSet " + quoted(character_set);
  // The first value is in force at the beginning; some writers leave the escape sequences out and
  // mean another.
  for (std::size_t begin = 0; begin <= character_set.size();) {
    const auto end = std::min(character_set.find('\\', begin), character_set.size());
    const std::string_view name = character_set.substr(begin, end - begin);
    const bool is_first = begin == 0;
    begin = end + 1;
    const auto named = find_set(name);
    if (!named) {
      if (is_first) why = "SpecificCharacterSet " + quoted(character_set) + " is not known";
      continue;
    }
    std::vector<NamedSet> tried{*named};
    // Writers of Shift JIS declare its smaller half.
    if (named->set.g0.iconv_name == jis_roman.iconv_name)
      tried.push_back({{"", {"CP932"}, {"CP932"}}, false});
    for (const NamedSet& one : tried) {
      Decoder decoder(one.set, is_name);
      if (auto utf8 = decoder.decode(text)) {
        std::string note;
        if (!is_first || !one.is_defined)
          note = "SpecificCharacterSet " + quoted(character_set) + ": read as " +
                 std::string(one.set.g1.iconv_name);
        return DecodedText{std::move(*utf8), std::move(note)};
      }
      if (decoder.lacking().empty()) continue;
      why = std::string(no_converter) + " for SpecificCharacterSet " + quoted(character_set) +
            " (" + std::string(decoder.lacking()) + ')';
      return std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace dcmflow
