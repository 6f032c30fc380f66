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
#include <string>
#include <utility>
#include <vector>

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
constexpr CodedSet jis_roman{"SHIFT_JIS", Form::as_is};

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
    // JIS X 0201 has one byte a character, which Shift JIS reads as itself. 5CH is a delimiter of
    // values first, and only then the yen sign (PS3.5 6.1.2.5.3).
    DefinedTerm{"ISO_IR 13", jis_roman, {"SHIFT_JIS"}},
    // With code extensions only; their upper half is also met without the escape sequence.
    DefinedTerm{"ISO_IR 87", ascii, ascii},
    DefinedTerm{"ISO_IR 159", ascii, ascii},
    DefinedTerm{"ISO_IR 149", ascii, {"EUC-KR"}},
    DefinedTerm{"ISO_IR 58", ascii, {"GB2312"}},
    // Multi-byte sets without code extensions: every byte belongs to them.
    DefinedTerm{"GB18030", {"GB18030"}, {"GB18030"}},
    DefinedTerm{"GBK", {"GBK"}, {"GBK"}},
};

// Names of sets that are no defined terms and are found all the same, without the characters that
// people write differently. Where two sets are meant by one name, the larger one reads both.
struct KnownName {
  std::string_view name;
  std::string_view iconv_name;
  bool is_multi_byte = false;
};
constexpr std::array known_names{
    KnownName{"UTF8", "UTF-8", true},
    KnownName{"UNICODE11UTF8", "UTF-8", true},
    KnownName{"ISO10646", "UTF-8", true},
    KnownName{"GB2312", "GB18030", true},
    KnownName{"GB231280", "GB18030", true},
    KnownName{"EUCCN", "GB18030", true},
    KnownName{"CP936", "GB18030", true},
    KnownName{"GB180302000", "GB18030", true},
    KnownName{"BIG5", "BIG5", true},
    KnownName{"CP950", "CP950", true},
    KnownName{"SHIFTJIS", "CP932", true},
    KnownName{"SJIS", "CP932", true},
    KnownName{"XSJIS", "CP932", true},
    KnownName{"CP932", "CP932", true},
    KnownName{"MS932", "CP932", true},
    KnownName{"WINDOWS31J", "CP932", true},
    KnownName{"EUCJP", "EUC-JP", true},
    KnownName{"EUCKR", "CP949", true},
    KnownName{"KSC5601", "CP949", true},
    KnownName{"KSC56011987", "CP949", true},
    KnownName{"KSX1001", "CP949", true},
    KnownName{"CP949", "CP949", true},
    KnownName{"UHC", "CP949", true},
    KnownName{"LATIN1", "ISO-8859-1"},
    KnownName{"ISO88591", "ISO-8859-1"},
    KnownName{"LATIN2", "ISO-8859-2"},
    KnownName{"ISO88592", "ISO-8859-2"},
    KnownName{"ISO88593", "ISO-8859-3"},
    KnownName{"ISO88594", "ISO-8859-4"},
    KnownName{"CYRILLIC", "ISO-8859-5"},
    KnownName{"ISO88595", "ISO-8859-5"},
    KnownName{"ARABIC", "ISO-8859-6"},
    KnownName{"ISO88596", "ISO-8859-6"},
    KnownName{"GREEK", "ISO-8859-7"},
    KnownName{"ISO88597", "ISO-8859-7"},
    KnownName{"HEBREW", "ISO-8859-8"},
    KnownName{"ISO88598", "ISO-8859-8"},
    KnownName{"ISO88599", "ISO-8859-9"},
    KnownName{"ISO885915", "ISO-8859-15"},
    KnownName{"TIS620", "TIS-620"},
    KnownName{"ISO885911", "TIS-620"},
    KnownName{"CP874", "CP874"},
    KnownName{"KOI8R", "KOI8-R"},
    KnownName{"KOI8U", "KOI8-U"},
    KnownName{"ANSI", "CP1252"},
    KnownName{"CP1250", "CP1250"},
    KnownName{"CP1251", "CP1251"},
    KnownName{"CP1252", "CP1252"},
    KnownName{"CP1253", "CP1253"},
    KnownName{"CP1254", "CP1254"},
    KnownName{"CP1255", "CP1255"},
    KnownName{"CP1256", "CP1256"},
    KnownName{"CP1257", "CP1257"},
    KnownName{"CP1258", "CP1258"},
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

// A set as it is to be read, and whether its name is a defined term.
struct NamedSet {
  DefinedTerm set;
  bool is_defined = true;
};

// "iso-ir_100" and "ISO 2022 IR 100" are the one set.
std::string plain_name(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (c >= 'a' && c <= 'z')
      plain += static_cast<char>(c - 'a' + 'A');
    else if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
      plain += c;
  }
  for (const std::string_view same : {"ISO2022IR", "WINDOWS125", "MSCP"})
    if (plain.starts_with(same) && plain != same)
      plain.replace(0, same.size(),
                    same == "ISO2022IR" ? "ISOIR"
                    : same == "MSCP"    ? "CP"
                                        : "CP125");
  return plain;
}

std::optional<NamedSet> find_set(std::string_view name) {
  std::string term(name);
  if (term.starts_with("ISO 2022 IR")) term.replace(0, 11, "ISO_IR");
  for (const DefinedTerm& defined : defined_terms)
    if (defined.term == term) return NamedSet{defined, true};
  const std::string plain = plain_name(name);
  for (const DefinedTerm& defined : defined_terms)
    if (!defined.term.empty() && plain_name(defined.term) == plain) return NamedSet{defined, false};
  if (plain == "ISOIR192") return NamedSet{{"ISO_IR 192", {"UTF-8"}, {"UTF-8"}}, false};
  for (const KnownName& known : known_names)
    if (known.name == plain) {
      const CodedSet set{known.iconv_name};
      return NamedSet{{known.iconv_name, known.is_multi_byte ? set : ascii, set}, false};
    }
  return std::nullopt;
}

// What a file says of itself, short enough for a message.
std::string quoted(std::string_view name) {
  constexpr std::size_t longest = 32;
  std::string text = "'";
  for (const char c : name.substr(0, longest)) text += c >= 0x20 && c < 0x7F ? c : '?';
  return text + (name.size() > longest ? "...'" : "'");
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

bool is_open(iconv_t conversion) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): POSIX says so
  return conversion != reinterpret_cast<iconv_t>(-1);
}

bool append_converted(std::string_view run, const CodedSet& set, std::string& utf8) {
  std::string input;
  for (std::size_t i = 0; i < run.size(); ++i) {
    if (set.form == Form::lifted_behind_ss3 && i % 2 == 0) input += '\x8F';
    input += static_cast<char>(set.form == Form::as_is ? run[i] : run[i] | 0x80);
  }
  const auto conversion = converter(set.iconv_name);
  if (!is_open(conversion)) return false;
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
    const CodedSet& set = upper ? g1_ : g0_;
    if (append_converted(text.substr(0, length), set, utf8_)) return length;
    if (!is_open(converter(set.iconv_name))) lacking_ = set.iconv_name;
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
