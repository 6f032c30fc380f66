#include "stages/catalog/instance_json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <span>
#include <vector>

#include "stages/base/printable.h"
#include "stages/catalog/attribute_json.h"
#include "stages/dicom/dictionary.h"
#include "stages/dicom/open_dataset.h"
#include "stages/dicom/value_text.h"

namespace dcmflow {
namespace {

using Layout = JsonWriter::Layout;
using Bytes = std::span<const std::uint8_t>;

constexpr int deepest_sequence = 32;
constexpr std::size_t most_elements = 65536;  // of one data set or item

constexpr std::uint32_t specific_character_set_tag = 0x00080005;
constexpr std::uint32_t referenced_patient_sequence_tag = 0x00081120;
constexpr std::uint32_t pixel_representation_tag = 0x00280103;

// How a value stands in JSON (PS3.18 table F.2.3-1).
enum class Form : std::uint8_t {
  texts,     // separated by '\'
  text,      // one, in which '\' is a character like others
  name,      // component groups separated by '='
  tags,      // ggggeeee
  decimals,  // numbers that are text in DICOM
  integers,
  numbers,  // binary ones
  bytes,    // Base64
  items,
};

struct VrRow {
  std::string_view name;
  Form form;
  std::size_t word_bytes = 1;  // of what the byte order turns round
};
constexpr std::array vr_rows{
    VrRow{"DS", Form::decimals}, VrRow{"IS", Form::integers}, VrRow{"SV", Form::integers},
    VrRow{"UV", Form::integers}, VrRow{"FL", Form::numbers},  VrRow{"FD", Form::numbers},
    VrRow{"SL", Form::numbers},  VrRow{"SS", Form::numbers},  VrRow{"UL", Form::numbers},
    VrRow{"US", Form::numbers},  VrRow{"PN", Form::name},     VrRow{"AT", Form::tags},
    VrRow{"LT", Form::text},     VrRow{"ST", Form::text},     VrRow{"UR", Form::text},
    VrRow{"UT", Form::text},     VrRow{"OB", Form::bytes},    VrRow{"UN", Form::bytes},
    VrRow{"OW", Form::bytes, 2}, VrRow{"OF", Form::bytes, 4}, VrRow{"OL", Form::bytes, 4},
    VrRow{"OD", Form::bytes, 8}, VrRow{"OV", Form::bytes, 8}, VrRow{"SQ", Form::items},
};

VrRow row_of(Vr code) {
  const std::array<char, 2> letters{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
  const std::string_view name(letters.data(), letters.size());
  const auto row = std::ranges::find(vr_rows, name, &VrRow::name);
  return row == vr_rows.end() ? VrRow{"", Form::texts} : *row;
}

bool is_private(std::uint32_t tag) { return (tag >> 16 & 1) != 0; }
bool is_creator(std::uint32_t tag) {
  return is_private(tag) && (tag & 0xFFFF) >= 0x10 && (tag & 0xFFFF) <= 0xFF;
}
// Float, Double Float and Pixel Data; Overlay Data is 60xx,3000.
bool is_pixels(std::uint32_t tag) { return tag >= 0x7FE00008 && tag <= 0x7FE00010; }
bool is_overlay(std::uint32_t tag) { return (tag & 0xFF00FFFF) == 0x60003000; }

std::string base64_of(Bytes value) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (; !value.empty(); value = value.subspan(std::min<std::size_t>(3, value.size()))) {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) bits = bits << 8 | (i < value.size() ? value[i] : 0U);
    for (std::size_t i = 0; i < 4; ++i)
      text += i <= value.size() ? letters[bits >> (18 - 6 * i) & 63] : '=';
  }
  return text;
}

// InlineBinary is little endian (F.2.7).
std::string inline_binary(Bytes value, std::size_t word_bytes, bool big_endian) {
  if (!big_endian || word_bytes == 1) return base64_of(value);
  std::vector<std::uint8_t> turned(value.begin(), value.end());
  for (std::size_t i = 0; i + word_bytes <= turned.size(); i += word_bytes)
    std::reverse(turned.begin() + static_cast<std::ptrdiff_t>(i),
                 turned.begin() + static_cast<std::ptrdiff_t>(i + word_bytes));
  return base64_of(turned);
}

// Every JSON reader gives integers back up to 2^53.
void write_integer(JsonWriter& json, std::string_view text) {
  constexpr std::int64_t exact = std::int64_t{1} << 53;
  const auto digits = text.starts_with('+') ? text.substr(1) : text;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool whole = error == std::errc{} && end == digits.data() + digits.size();
  if (whole && number >= -exact && number <= exact)
    json.value(number);
  else
    json.value(text);
}

void write_decimal(JsonWriter& json, std::string_view text) {
  if (const auto number = exact_double(text))
    json.value(*number);
  else
    json.value(text);
}

// JSON has no number for what is none.
void write_number(JsonWriter& json, std::string_view text) {
  if (const auto number = parse_decimal(text))
    json.value(*number);
  else
    json.value(text.ends_with("inf") ? (text[0] == '-' ? "-Infinity" : "Infinity") : "NaN");
}

void write_name(JsonWriter& json, std::string_view text) {
  constexpr std::array<std::string_view, 3> groups{"Alphabetic", "Ideographic", "Phonetic"};
  if (text.find_first_not_of('=') == std::string_view::npos) {
    json.null();
    return;
  }
  json.object(Layout::one_line);
  for (const auto group : groups) {
    const auto end = std::min(text.find('='), text.size());
    if (end > 0) json.member(group, text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  json.end();
}

// "(gggg,eeee)" in lower case.
void write_tag(JsonWriter& json, std::string_view text) {
  std::string tag;
  for (const char c : text)
    if (c != '(' && c != ',' && c != ')') tag += c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
  json.value(tag);
}

void write_value(JsonWriter& json, Form form, std::string_view text) {
  if (text.empty()) {
    json.null();  // F.2.5
    return;
  }
  switch (form) {
    case Form::name:
      return write_name(json, text);
    case Form::tags:
      return write_tag(json, text);
    case Form::decimals:
      return write_decimal(json, text);
    case Form::integers:
      return write_integer(json, text);
    case Form::numbers:
      return write_number(json, text);
    default:
      json.value(text);
  }
}

Vr vr_of(std::string_view name) { return name.size() == 2 ? vr(name[0], name[1]) : vr('U', 'N'); }

// What the elements of a data set or item inherit (PS3.3 C.12.1.1.2), and where they stand.
struct Scope {
  std::string character_set;
  bool has_signed_pixels = false;
  int depth = 0;
};

class InstanceJson {
 public:
  InstanceJson(JsonWriter& json, ByteSource& source, const InstanceJsonOptions& options)
      : json_(json), source_(source), options_(options) {}

  // The elements from where `reader` stands to its end, or to the end of an item.
  Status write_object(ElementReader& reader, Scope scope) {
    auto listed = list(reader, scope.depth);
    if (!listed) return listed.problem();
    const auto& elements = *listed;
    for (const Element& element : elements) {
      if (element.tag == specific_character_set_tag)
        scope.character_set = text_of(element, vr('C', 'S'), reader.encoding(), scope);
      if (element.tag == pixel_representation_tag)
        scope.has_signed_pixels = text_of(element, vr('U', 'S'), reader.encoding(), scope) == "1";
    }
    json_.object(Layout::one_line);
    for (const Element& element : elements) {
      if (json_.is_failed()) break;
      const std::string creator = creator_of(element.tag, elements, reader.encoding(), scope);
      if (is_hidden(element.tag, creator)) continue;
      const Vr code = code_of(element, creator, scope);
      if (auto written = write_element(reader, element, code, scope); !written) return written;
    }
    json_.end();
    return Done{};
  }

 private:
  // Their headers in ascending order, and the reader behind them. What lies behind Pixel Data is
  // padding and signatures.
  Result<std::vector<Element>> list(ElementReader& reader, int depth) const {
    std::vector<Element> elements;
    const bool is_item = depth > 0;
    Element element;
    bool is_ended = false;
    while (!is_ended && reader.next(element)) {
      is_ended =
          is_item ? element.tag == item_delimiter_tag : element.tag == 0 || is_pixels(element.tag);
      if (is_ended) break;
      if (elements.size() == most_elements)
        return malformed("more than " + std::to_string(most_elements) +
                         " elements side by side at byte " + std::to_string(element.value));
      elements.push_back(element);
      if (!reader.skip(element)) break;
    }
    if (!reader.error()) return reader.error().problem();
    const bool ascending =
        std::ranges::is_sorted(elements, std::ranges::less_equal{}, &Element::tag);
    if (!ascending) std::ranges::stable_sort(elements, {}, &Element::tag);
    const auto repeats = [](const Element& a, const Element& b) { return a.tag == b.tag; };
    elements.erase(std::unique(elements.begin(), elements.end(), repeats), elements.end());
    return elements;
  }

  static Problem malformed(std::string detail) {
    return {Reason::malformed, {}, std::move(detail)};
  }

  // Of the block in which a private element lies (PS3.5 7.8.1); "" when there is none.
  std::string creator_of(std::uint32_t tag, const std::vector<Element>& elements,
                         DatasetEncoding encoding, const Scope& scope) const {
    if (!is_private(tag) || (tag & 0xFFFF) < 0x1000) return {};
    const auto wanted = (tag & 0xFFFF0000) | (tag >> 8 & 0xFF);
    const auto creator = std::ranges::lower_bound(elements, wanted, {}, &Element::tag);
    if (creator == elements.end() || creator->tag != wanted) return {};
    return text_of(*creator, vr('L', 'O'), encoding, scope);
  }

  const AttributeRow* row_of_table(std::uint32_t tag, std::string_view creator) const {
    const auto wanted = creator.empty() ? tag : tag & 0xFFFF00FF;
    for (const AttributeRow& row : options_.table->rows())
      if (row.tag == wanted && row.private_creator == creator && row.path.empty()) return &row;
    return nullptr;
  }

  bool is_hidden(std::uint32_t tag, std::string_view creator) const {
    const auto group = tag >> 16;
    if ((tag & 0xFFFF) == 0 || is_pixels(tag) || is_overlay(tag)) return true;
    if (!options_.no_patient) return false;
    if (group == 0x0010 || group == 0x0012 || tag == referenced_patient_sequence_tag) return true;
    const auto* row = row_of_table(tag, creator);
    return row != nullptr && row->level == AttributeLevel::patient;
  }

  // That of the file wins.
  Vr code_of(const Element& element, const std::string& creator, const Scope& scope) const {
    const bool is_open = element.vr == unknown_vr || element.vr == vr('U', 'N');
    if (is_open && element.has_undefined_length()) return vr('S', 'Q');
    if (element.vr != unknown_vr) return element.vr;
    if (is_creator(element.tag)) return vr('L', 'O');
    if (is_private(element.tag)) {
      if (creator.empty()) return vr('U', 'N');
      if (const auto* row = row_of_table(element.tag, creator)) return vr_of(row->vr);
    }
    const auto tag = is_private(element.tag) ? element.tag & 0xFFFF00FF : element.tag;
    const auto known = find_tag(tag, creator);
    if (!known) return vr('U', 'N');
    return known->is_us_or_ss && scope.has_signed_pixels ? vr('S', 'S') : vr_of(known->vr);
  }

  Status write_element(ElementReader& reader, const Element& element, Vr code, const Scope& scope) {
    const VrRow row = row_of(code);
    const auto most = row.form == Form::bytes ? most_inline_binary : longest_json_value;
    if (row.form != Form::items && (element.has_undefined_length() || element.length > most))
      return Done{};
    char key[16];
    std::snprintf(key, sizeof key, "%08X", element.tag);
    const std::array<char, 2> letters{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
    json_.key(key).object(Layout::one_line);
    json_.member("vr", std::string_view(letters.data(), letters.size()));
    Status written = Done{};
    if (row.form == Form::items)
      written = write_items(reader, element, scope);
    else if (row.form == Form::bytes)
      written = write_bytes(reader, element, row.word_bytes);
    else
      write_values(reader, element, code, row.form, scope);
    if (written) json_.end();
    return written;
  }

  Status write_items(const ElementReader& reader, const Element& sequence, const Scope& scope) {
    if (scope.depth == deepest_sequence)
      return malformed("sequences are nested deeper than " + std::to_string(deepest_sequence) +
                       " at byte " + std::to_string(sequence.value));
    auto encoding = reader.encoding();
    // UN holds implicit little endian items (PS3.5 6.2.2 note 1).
    if (sequence.vr == vr('U', 'N')) encoding = {.explicit_vr = false};
    const auto end =
        sequence.has_undefined_length() ? reader.end() : sequence.value + sequence.length;
    Scope inner = scope;
    ++inner.depth;
    ElementReader items(source_, encoding, sequence.value, end);
    bool has_items = false;
    Element item;
    while (!json_.is_failed() && items.next(item) && item.tag != sequence_delimiter_tag) {
      if (item.tag != item_tag)
        return malformed("expected an item at byte " + std::to_string(item.value - 8) + ", found " +
                         tag_text(item.tag));
      if (!std::exchange(has_items, true)) json_.key("Value").array(Layout::one_line);
      if (!item.has_undefined_length() && !items.has_value(item)) items.skip(item);
      if (!items.error()) break;
      const auto item_end = item.has_undefined_length() ? end : item.value + item.length;
      ElementReader content(source_, encoding, item.value, item_end);
      if (auto written = write_object(content, inner); !written) return written;
      items.go_to(item.has_undefined_length() ? content.offset() : item_end);
    }
    if (!items.error()) return items.error().problem();
    if (has_items) json_.end();
    return Done{};
  }

  Status write_bytes(const ElementReader& reader, const Element& element, std::size_t word_bytes) {
    if (element.length == 0) return Done{};
    const auto* value = source_.at(element.value, element.length);
    if (!value) return Problem{Reason::unreadable, {}, "cannot be read"};
    const bool big_endian = reader.encoding().big_endian && element.vr != vr('U', 'N');
    json_.member("InlineBinary", inline_binary({value, element.length}, word_bytes, big_endian));
    return Done{};
  }

  void write_values(const ElementReader& reader, const Element& element, Vr code, Form form,
                    const Scope& scope) {
    // What is UTF-8 says so (F.2.3, PS3.3 C.12.1.1.2).
    std::string text = element.tag == specific_character_set_tag && element.length > 0
                           ? std::string("ISO_IR 192")
                           : text_of(element, code, reader.encoding(), scope);
    if (text.empty()) return;
    json_.key("Value").array(Layout::one_line);
    for (std::string_view rest = text;;) {
      const auto end = form == Form::text ? std::string_view::npos : rest.find('\\');
      write_value(json_, form, rest.substr(0, end));
      if (end == std::string_view::npos) break;
      rest.remove_prefix(end + 1);
    }
    json_.end();
  }

  std::string text_of(const Element& element, Vr code, DatasetEncoding encoding,
                      const Scope& scope) const {
    if (element.length == 0 || element.length > longest_json_value) return {};
    const auto* value = source_.at(element.value, element.length);
    if (!value) return {};
    return value_text({value, element.length}, code, encoding.big_endian, scope.character_set);
  }

  JsonWriter& json_;
  ByteSource& source_;
  const InstanceJsonOptions& options_;
};

Status write_dataset(JsonWriter& json, OpenDataset& dataset, const InstanceJsonOptions& options) {
  if (auto opened = dataset.open(); !opened) return opened;
  auto& source = dataset.source();
  ElementReader reader(source, dataset.start().encoding, dataset.begin(), source.size());
  auto written = InstanceJson(json, source, options).write_object(reader, {});
  if (auto same = dataset.check_unchanged(); !same) return same;
  return written;
}

}  // namespace

Status write_instance_json(JsonWriter& json, const Instance& instance,
                           const InstanceJsonOptions& options) {
  thread_local OpenDataset::Windows windows;
  OpenDataset dataset(instance.file, windows);
  auto written = write_dataset(json, dataset, options);
  if (written) return written;
  auto problem = written.problem();
  problem.subject = instance.file->name;
  return problem;
}

std::string dicom_json_stem(std::string_view study_instance_uid) {
  return std::string(study_instance_uid) + ".dicom";
}

}  // namespace dcmflow
