#include "stages/to_dicom/segment_meta.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "stages/base/ascii.h"
#include "stages/base/nearest_name.h"
#include "stages/base/positioned_json.h"
#include "stages/base/printable.h"

namespace dcmflow {
namespace {

using Type = JsonValue::Type;

constexpr std::string_view schema_name = "urn:dcmflow:schema:segments:1";
constexpr double largest_number = 65535;
constexpr std::size_t most_segments = 65535;

const MetaCode& tissue() {
  static const MetaCode code{"85756007", "SCT", "Tissue"};
  return code;
}

// null is the same as nothing.
const JsonValue* find_given(const JsonValue& object, std::string_view key) {
  const JsonValue* const found = object.find(key);
  return found == nullptr || found->is(Type::null) ? nullptr : found;
}

// One text of META; faults are kept, and the first is told.
class MetaReader {
 public:
  explicit MetaReader(std::string_view source) : source_(source) {}

  bool is_right() const { return !problem_; }
  const Problem& problem() const { return *problem_; }
  void fail(const TextPosition& position, const std::string& what) {
    if (!problem_)
      problem_ =
          Problem{Reason::bad_settings, printable(source_), to_string(position) + ": " + what};
  }

  // An object with none but these members.
  bool is_object(const JsonValue& value, std::span<const std::string_view> known);
  // A value of DICOM characters, or what is there already where there is no such member.
  void read_text(const JsonValue& object, std::string_view key, std::size_t most, std::string& text,
                 bool is_needed = false);
  void read_code(const JsonValue& object, std::string_view key, MetaCode& code);
  void read_algorithm(const JsonValue& object, MetaSegment& segment);
  void read_colour(const JsonValue& object, MetaSegment& segment);
  MetaSegment read_segment(const JsonValue& value);
  SegmentMeta read(const JsonValue& root);

 private:
  std::string_view source_;
  std::optional<Problem> problem_;
};

bool MetaReader::is_object(const JsonValue& value, std::span<const std::string_view> known) {
  if (!value.is(Type::object)) {
    fail(value.position, "found " + std::string(type_name(value)) + ", expected an object");
    return false;
  }
  for (const auto& member : value.members) {
    if (std::ranges::find(known, std::string_view(member.key)) == known.end())
      fail(member.position,
           "unknown member '" + printable(member.key) + "'; " + what_is_known(member.key, known));
    if (member.repeated) fail(member.position, "'" + member.key + "' stands there twice");
  }
  return is_right();
}

void MetaReader::read_text(const JsonValue& object, std::string_view key, std::size_t most,
                           std::string& text, bool is_needed) {
  const JsonValue* const found = find_given(object, key);
  const std::string name = '\'' + std::string(key) + '\'';
  if (found == nullptr) {
    if (is_needed) fail(object.position, name + " is missing");
    return;
  }
  if (!found->is(Type::string)) {
    fail(found->position, name + " is " + std::string(type_name(*found)) + ", expected a text");
    return;
  }
  const auto& given = found->text;
  // What ends a value, or is none of its characters (PS3.5 6.1.2.3).
  const bool has_control = std::ranges::any_of(
      given, [](char c) { return (c >= 0 && c < ' ') || c == '\\' || c == '\x7F'; });
  const auto characters = static_cast<std::size_t>(std::ranges::count_if(
      given, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
  if (has_control)
    fail(found->position, name + " has a backslash or a control character");
  else if (characters > most || (is_needed && given.find_first_not_of(' ') == std::string::npos))
    fail(found->position, name + " has " + std::to_string(characters) +
                              " characters, expected 1 to " + std::to_string(most));
  text = trimmed(given, " ");  // PS3.5 6.2: no part of the value
}

void MetaReader::read_code(const JsonValue& object, std::string_view key, MetaCode& code) {
  const JsonValue* const found = find_given(object, key);
  if (found == nullptr) return;
  constexpr std::array<std::string_view, 3> members{"value", "scheme", "meaning"};
  if (!is_object(*found, members)) return;
  read_text(*found, "value", 16, code.value, true);
  read_text(*found, "scheme", 16, code.scheme, true);
  read_text(*found, "meaning", 64, code.meaning, true);
}

void MetaReader::read_algorithm(const JsonValue& object, MetaSegment& segment) {
  const JsonValue* const found = find_given(object, "algorithm");
  if (found == nullptr) return;
  constexpr std::array<std::string_view, 2> members{"type", "name"};
  constexpr std::array<std::string_view, 3> types{"AUTOMATIC", "SEMIAUTOMATIC", "MANUAL"};
  if (!is_object(*found, members)) return;
  read_text(*found, "type", 16, segment.algorithm_type);
  if (std::ranges::find(types, std::string_view(segment.algorithm_type)) == types.end())
    fail(found->position, "'type' of an algorithm is '" + printable(segment.algorithm_type) +
                              "'; " + what_is_known(segment.algorithm_type, types));
  const bool is_manual = segment.algorithm_type == "MANUAL";
  if (is_manual) segment.algorithm_name.clear();
  read_text(*found, "name", 64, segment.algorithm_name, !is_manual && find_given(*found, "name"));
}

void MetaReader::read_colour(const JsonValue& object, MetaSegment& segment) {
  const JsonValue* const found = find_given(object, "colour");
  if (found == nullptr) return;
  std::array<std::uint8_t, 3> rgb{};
  bool is_colour = found->is(Type::array) && found->items.size() == rgb.size();
  for (std::size_t i = 0; is_colour && i < rgb.size(); ++i) {
    const JsonValue& item = found->items[i];
    is_colour = item.is(Type::number) && item.number >= 0 && item.number <= 255 &&
                item.number == std::floor(item.number);
    if (is_colour) rgb[i] = static_cast<std::uint8_t>(item.number);
  }
  if (!is_colour) fail(found->position, "'colour' is no list of three numbers from 0 to 255");
  segment.rgb = rgb;
}

MetaSegment MetaReader::read_segment(const JsonValue& value) {
  // The last four are what labels.json has more of a segment, which goes back as it came.
  constexpr std::array<std::string_view, 12> members{
      "number",    "name",   "description", "category",   "type",       "anatomy",
      "algorithm", "colour", "voxels",      "volume_mm3", "roi_number", "interpreted_type"};
  MetaSegment segment;
  if (!is_object(value, members)) return segment;
  const JsonValue* const number = value.find("number");
  if (number == nullptr || !number->is(Type::number) || !(number->number >= 1) ||
      number->number > largest_number || number->number != std::floor(number->number))
    fail(number ? number->position : value.position,
         "expected 'number', the value of its voxels, from 1 to 65535");
  else
    segment.number = static_cast<std::uint16_t>(number->number);
  read_text(value, "name", 64, segment.name, true);
  read_text(value, "description", 1024, segment.description);
  segment.category = segment.type = tissue();
  read_code(value, "category", segment.category);
  read_code(value, "type", segment.type);
  if (find_given(value, "anatomy") != nullptr)
    read_code(value, "anatomy", segment.anatomy.emplace());
  read_algorithm(value, segment);
  read_colour(value, segment);
  return segment;
}

SegmentMeta MetaReader::read(const JsonValue& root) {
  constexpr std::array<std::string_view, 6> members{
      "schema", "segments", "series_description", "content_label", "content_description",
      "creator"};
  SegmentMeta meta;
  if (!is_object(root, members)) return meta;
  if (const auto* schema = root.find("schema"); schema && schema->text != schema_name)
    fail(schema->position, "'schema' is not " + std::string(schema_name));
  const JsonValue* const list = root.find("segments");
  if (list == nullptr || !list->is(Type::array) || list->items.empty() ||
      list->items.size() > most_segments) {
    fail(list ? list->position : root.position,
         "expected 'segments', a list of 1 to 65535 segments");
    return meta;
  }
  for (const JsonValue& item : list->items) {
    meta.segments.push_back(read_segment(item));
    if (!is_right()) return meta;
  }
  std::ranges::stable_sort(meta.segments, {}, &MetaSegment::number);
  const auto twice = std::ranges::adjacent_find(meta.segments, {}, &MetaSegment::number);
  if (twice != meta.segments.end())
    fail(list->position, "two segments have the number " + std::to_string(twice->number));
  read_text(root, "series_description", 64, meta.series_description);
  read_text(root, "content_label", 16, meta.content_label,
            find_given(root, "content_label") != nullptr);
  const auto is_code = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ' || c == '_';
  };
  if (!std::ranges::all_of(meta.content_label, is_code))
    fail(root.position, "'content_label' is '" + printable(meta.content_label) +
                            "', expected capitals, digits, spaces and '_'");
  read_text(root, "content_description", 64, meta.content_description);
  read_text(root, "creator", 64, meta.creator);
  return meta;
}

}  // namespace

Result<SegmentMeta> parse_segment_meta(std::string_view text, std::string_view source) {
  const auto root = parse_positioned_json(text, source, Reason::bad_settings);
  if (!root) return root.problem();
  MetaReader reader(source);
  auto meta = reader.read(*root);
  if (!reader.is_right()) return reader.problem();
  return meta;
}

}  // namespace dcmflow
