#include "stages/dicom/coded_sets.h"

#include <algorithm>
#include <array>
#include <string>

namespace dcmflow {
namespace {

constexpr std::array defined_terms{
    NamedSet{"", ascii, ascii},
    NamedSet{"ISO_IR 6", ascii, ascii},
    NamedSet{"ISO_IR 100", ascii, {"ISO-8859-1"}},
    NamedSet{"ISO_IR 101", ascii, {"ISO-8859-2"}},
    NamedSet{"ISO_IR 109", ascii, {"ISO-8859-3"}},
    NamedSet{"ISO_IR 110", ascii, {"ISO-8859-4"}},
    NamedSet{"ISO_IR 144", ascii, {"ISO-8859-5"}},
    NamedSet{"ISO_IR 127", ascii, {"ISO-8859-6"}},
    NamedSet{"ISO_IR 126", ascii, {"ISO-8859-7"}},
    NamedSet{"ISO_IR 138", ascii, {"ISO-8859-8"}},
    NamedSet{"ISO_IR 148", ascii, {"ISO-8859-9"}},
    NamedSet{"ISO_IR 203", ascii, {"ISO-8859-15"}},
    NamedSet{"ISO_IR 166", ascii, {"TIS-620"}},
    // JIS X 0201 has one byte a character, which Shift JIS reads as itself. 5CH is a delimiter of
    // values first, and only then the yen sign (PS3.5 6.1.2.5.3).
    NamedSet{"ISO_IR 13", jis_roman, {"SHIFT_JIS"}},
    // With code extensions only; their upper half is also met without the escape sequence.
    NamedSet{"ISO_IR 87", ascii, ascii},
    NamedSet{"ISO_IR 159", ascii, ascii},
    NamedSet{"ISO_IR 149", ascii, {"EUC-KR"}},
    NamedSet{"ISO_IR 58", ascii, {"GB2312"}},
    // Multi-byte sets without code extensions: every byte belongs to them.
    NamedSet{"ISO_IR 192", {"UTF-8"}, {"UTF-8"}},
    NamedSet{"GB18030", {"GB18030"}, {"GB18030"}},
    NamedSet{"GBK", {"GBK"}, {"GBK"}},
};

// What people write in front of the name or number of a set, the longer ones first. "100" alone is
// the number of a registration (ISO_IR 100), "1252" that of a code page: no two share one.
constexpr std::array<std::string_view, 14> prefixes{
    "ISO2022IR", "ISO2022", "ISOIR", "CODEPAGE", "WINDOWS", "MSCP", "ANSI",
    "IBM",       "ISO",     "WIN",   "CP",       "MS",      "IR",   "X"};

// Names of sets that are no defined terms and are found all the same, without their prefix and the
// characters that people write differently. Where two sets are meant by one name, the larger one
// reads both.
struct KnownName {
  std::string_view name;
  std::string_view iconv_name;
  bool is_multi_byte = false;
};
constexpr std::array known_names{
    KnownName{"UTF8", "UTF-8", true},
    KnownName{"UNICODE", "UTF-8", true},
    KnownName{"UNICODE11UTF8", "UTF-8", true},
    KnownName{"10646", "UTF-8", true},
    KnownName{"106461", "UTF-8", true},
    KnownName{"196", "UTF-8", true},
    KnownName{"65001", "UTF-8", true},
    KnownName{"GB2312", "GB18030", true},
    KnownName{"GB231280", "GB18030", true},
    KnownName{"GB23121980", "GB18030", true},
    KnownName{"EUCCN", "GB18030", true},
    KnownName{"936", "GB18030", true},
    KnownName{"54936", "GB18030", true},
    KnownName{"GB180302000", "GB18030", true},
    KnownName{"GB180302005", "GB18030", true},
    KnownName{"GB180302022", "GB18030", true},
    KnownName{"BIG5", "BIG5", true},
    KnownName{"BIG5HKSCS", "BIG5-HKSCS", true},
    KnownName{"950", "CP950", true},
    KnownName{"SHIFTJIS", "CP932", true},
    KnownName{"SJIS", "CP932", true},
    KnownName{"KANJI", "CP932", true},
    KnownName{"932", "CP932", true},
    KnownName{"31J", "CP932", true},
    KnownName{"EUCJP", "EUC-JP", true},
    KnownName{"51932", "EUC-JP", true},
    KnownName{"JP", "US-ASCII"},  // ISO-2022-JP: escape sequences say the rest
    KnownName{"EUCKR", "CP949", true},
    KnownName{"KSC5601", "CP949", true},
    KnownName{"KSC56011987", "CP949", true},
    KnownName{"KSX1001", "CP949", true},
    KnownName{"949", "CP949", true},
    KnownName{"51949", "CP949", true},
    KnownName{"UHC", "CP949", true},
    KnownName{"LATIN1", "ISO-8859-1"},
    KnownName{"88591", "ISO-8859-1"},
    KnownName{"LATIN2", "ISO-8859-2"},
    KnownName{"88592", "ISO-8859-2"},
    KnownName{"LATIN3", "ISO-8859-3"},
    KnownName{"88593", "ISO-8859-3"},
    KnownName{"LATIN4", "ISO-8859-4"},
    KnownName{"88594", "ISO-8859-4"},
    KnownName{"CYRILLIC", "ISO-8859-5"},
    KnownName{"88595", "ISO-8859-5"},
    KnownName{"ARABIC", "ISO-8859-6"},
    KnownName{"88596", "ISO-8859-6"},
    KnownName{"GREEK", "ISO-8859-7"},
    KnownName{"88597", "ISO-8859-7"},
    KnownName{"HEBREW", "ISO-8859-8"},
    KnownName{"88598", "ISO-8859-8"},
    KnownName{"LATIN5", "ISO-8859-9"},
    KnownName{"88599", "ISO-8859-9"},
    KnownName{"LATIN6", "ISO-8859-10"},
    KnownName{"885910", "ISO-8859-10"},
    KnownName{"157", "ISO-8859-10"},
    KnownName{"LATIN7", "ISO-8859-13"},
    KnownName{"885913", "ISO-8859-13"},
    KnownName{"179", "ISO-8859-13"},
    KnownName{"LATIN9", "ISO-8859-15"},
    KnownName{"885915", "ISO-8859-15"},
    KnownName{"LATIN10", "ISO-8859-16"},
    KnownName{"885916", "ISO-8859-16"},
    KnownName{"226", "ISO-8859-16"},
    KnownName{"THAI", "TIS-620"},
    KnownName{"TIS620", "TIS-620"},
    KnownName{"885911", "TIS-620"},
    KnownName{"874", "CP874"},
    KnownName{"KOI8R", "KOI8-R"},
    KnownName{"KOI8U", "KOI8-U"},
    KnownName{"850", "CP850"},
    KnownName{"852", "CP852"},
    KnownName{"866", "CP866"},
    KnownName{"ANSI", "CP1252"},
    KnownName{"1250", "CP1250"},
    KnownName{"1251", "CP1251"},
    KnownName{"1252", "CP1252"},
    KnownName{"1253", "CP1253"},
    KnownName{"1254", "CP1254"},
    KnownName{"1255", "CP1255"},
    KnownName{"1256", "CP1256"},
    KnownName{"1257", "CP1257"},
    KnownName{"1258", "CP1258"},
};

// Writers on Windows mean its sets, which hold the standard's and more.
struct Larger {
  std::string_view iconv_name, larger;
  bool is_multi_byte = false;
};
constexpr std::array larger_sets{
    Larger{"SHIFT_JIS", "CP932", true}, Larger{"EUC-KR", "CP949", true},
    Larger{"GB2312", "GB18030", true},  Larger{"GBK", "GB18030", true},
    Larger{"ISO-8859-1", "CP1252"},     Larger{"ISO-8859-8", "CP1255"},
    Larger{"ISO-8859-9", "CP1254"},     Larger{"TIS-620", "CP874"},
};

NamedSet known_set(std::string_view iconv_name, bool is_multi_byte) {
  const CodedSet set{iconv_name};
  return {iconv_name, is_multi_byte ? set : ascii, set, false};
}

// "iso-ir_100", "ISO 2022 IR 100" and "IR 100" are the one "100"; "ISO_8859-1:1987" is "88591".
std::string plain_name(std::string_view name) {
  std::string plain;
  for (const char c : name.substr(0, name.find(':'))) {
    if (c >= 'a' && c <= 'z')
      plain += static_cast<char>(c - 'a' + 'A');
    else if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
      plain += c;
  }
  const auto leads = [&](std::string_view prefix) {
    return plain.starts_with(prefix) && plain.size() > prefix.size();
  };
  for (auto found = std::ranges::find_if(prefixes, leads); found != prefixes.end();
       found = std::ranges::find_if(prefixes, leads))
    plain.erase(0, found->size());
  return plain;
}

}  // namespace

std::optional<NamedSet> find_set(std::string_view value) {
  std::string term(value);
  if (term.starts_with("ISO 2022 IR")) term.replace(0, 11, "ISO_IR");
  for (NamedSet defined : defined_terms) {
    if (defined.name != term) continue;
    // Those have no code extensions: "ISO 2022 IR 192" is no term.
    defined.is_defined = defined.name == value || !is_one_set(defined.g0, defined.g1);
    return defined;
  }
  const std::string plain = plain_name(value);
  for (NamedSet defined : defined_terms) {
    if (plain.empty() || plain_name(defined.name) != plain) continue;
    defined.is_defined = false;
    return defined;
  }
  for (const KnownName& known : known_names)
    if (known.name == plain) return known_set(known.iconv_name, known.is_multi_byte);
  return std::nullopt;
}

std::optional<NamedSet> find_larger_set(const NamedSet& set) {
  const auto row = std::ranges::find(larger_sets, set.g1.iconv_name, &Larger::iconv_name);
  if (row == larger_sets.end()) return std::nullopt;
  return known_set(row->larger, row->is_multi_byte);
}

}  // namespace dcmflow
