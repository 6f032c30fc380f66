#include "stages/catalog/instance_json.h"

#include <algorithm>
#include <cstdio>
#include <vector>

#include "stages/base/printable.h"
#include "stages/catalog/dicom_json_value.h"
#include "stages/dicom/element_list.h"
#include "stages/dicom/element_vr.h"
#include "stages/dicom/open_dataset.h"
#include "stages/dicom/personal_attributes.h"
#include "stages/dicom/pixel_data_element.h"
#include "stages/dicom/value_text.h"

namespace dcmflow {
namespace {

using Layout = JsonWriter::Layout;

constexpr int deepest_sequence = 32;

constexpr std::uint32_t specific_character_set_tag = 0x00080005;
constexpr std::uint32_t pixel_representation_tag = 0x00280103;

std::string vr_text(Vr code) {
  return {static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
}

// Overlay Data is 60xx,3000.
bool is_overlay(std::uint32_t tag) { return (tag & 0xFF00FFFF) == 0x60003000; }

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
    auto listed = list_elements(reader, scope.depth > 0);
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
      if (is_left_out(element.tag)) continue;
      const Vr code = code_of(element, creator, scope);
      if (options_.no_patient && is_hidden(element.tag, code, creator)) continue;
      if (auto written = write_element(reader, element, code, scope); !written) return written;
    }
    json_.end();
    return Done{};
  }

  // What was doubtful about the first such value, in words.
  std::string note() && { return std::move(note_); }

 private:
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

  // Group lengths (F.2.2), and bulk data.
  static bool is_left_out(std::uint32_t tag) {
    return (tag & 0xFFFF) == 0 || is_pixel_data(tag) || is_overlay(tag);
  }

  bool is_hidden(std::uint32_t tag, Vr code, std::string_view creator) const {
    if (is_personal(tag, vr_text(code))) return true;
    const auto* row = find_row(*options_.table, tag, creator);
    return row != nullptr && row->level == AttributeLevel::patient;
  }

  Vr code_of(const Element& element, const std::string& creator, const Scope& scope) {
    const auto code = find_vr(element, creator, *options_.table, scope.has_signed_pixels);
    if (element.has_undefined_length() || !is_cut_off(element.length, code)) return code;
    tell(tag_text(element.tag) + " has " + std::to_string(element.length) +
         " bytes, which are no whole numbers of its VR");
    return vr('U', 'N');
  }

  Status write_element(ElementReader& reader, const Element& element, Vr code, const Scope& scope) {
    const JsonVr row = json_vr(code);
    const auto most = row.form == JsonForm::bytes ? most_inline_binary : longest_json_value;
    if (row.form != JsonForm::items && (element.has_undefined_length() || element.length > most))
      return Done{};
    char key[16];
    std::snprintf(key, sizeof key, "%08X", element.tag);
    json_.key(key).object(Layout::one_line).member("vr", vr_text(code));
    Status written = Done{};
    if (row.form == JsonForm::items)
      written = write_items(reader, element, scope);
    else if (row.form == JsonForm::bytes)
      written = write_bytes(reader, element, row.word_bytes);
    else
      written = write_values(reader, element, code, row.form, scope);
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

  Status write_values(const ElementReader& reader, const Element& element, Vr code, JsonForm form,
                      const Scope& scope) {
    if (element.length == 0) return Done{};
    const auto* value = source_.at(element.value, element.length);
    if (!value) return Problem{Reason::unreadable, {}, "cannot be read"};
    std::string note;
    auto text = value_text({value, element.length}, code, reader.encoding().big_endian,
                           scope.character_set, &note);
    if (!note.empty()) tell(tag_text(element.tag) + ": " + note);
    // What is UTF-8 says so (F.2.3, PS3.3 C.12.1.1.2).
    if (element.tag == specific_character_set_tag) text = "ISO_IR 192";
    if (text.empty()) return Done{};
    json_.key("Value").array(Layout::one_line);
    write_json_values(json_, form, text);
    json_.end();
    return Done{};
  }

  // The first one is enough.
  void tell(std::string note) {
    if (note_.empty()) note_ = std::move(note);
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
  std::string note_;
};

Result<std::string> write_dataset(JsonWriter& json, OpenDataset& dataset,
                                  const InstanceJsonOptions& options) {
  if (auto opened = dataset.open(); !opened) return opened.problem();
  auto& source = dataset.source();
  ElementReader reader(source, dataset.start().encoding, dataset.begin(), source.size());
  InstanceJson object(json, source, options);
  const auto written = object.write_object(reader, {});
  if (auto same = dataset.check_unchanged(); !same) return same.problem();
  if (!written) return written.problem();
  return std::move(object).note();
}

}  // namespace

Result<std::string> write_instance_json(JsonWriter& json, const Instance& instance,
                                        const InstanceJsonOptions& options) {
  thread_local OpenDataset::Windows windows;
  OpenDataset dataset(instance.file, windows);
  auto written = write_dataset(json, dataset, options);
  if (written) return written;
  auto problem = written.problem();
  problem.subject = instance.file->name;
  return problem;
}

std::uint64_t expected_json_bytes(const Instance& instance) {
  constexpr std::uint64_t fixed = 4 << 10, ratio = 4, most_without_bulk = 32 << 10;
  const auto& pixels = instance.pixel_data;
  const bool has_pixels = pixels.kind != PixelData::Kind::none;
  const bool is_of_frames = pixels.number_of_frames > 1 && pixels.tiles_across == 0;
  const auto header = has_pixels ? pixels.offset : instance.file->size;
  return fixed +
         ratio * (has_pixels && !is_of_frames ? std::min(most_without_bulk, header) : header);
}

std::string dicom_json_stem(std::string_view study_instance_uid) {
  return std::string(study_instance_uid) + ".dicom";
}

}  // namespace dcmflow
