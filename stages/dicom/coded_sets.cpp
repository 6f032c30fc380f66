#include "stages/dicom/coded_sets.h"

#include <array>
#include <string>

namespace dcmflow {
namespace {

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

}  // namespace

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

}  // namespace dcmflow
