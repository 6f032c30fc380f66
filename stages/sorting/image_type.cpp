#include "stages/sorting/image_type.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "stages/dicom/attributes.h"
#include "stages/dicom/vendor/component.h"

namespace dcmflow {
namespace {

std::vector<std::string_view> values_of(std::string_view text, char separator) {
  std::vector<std::string_view> values;
  for (;;) {
    const auto end = text.find(separator);
    auto value = text.substr(0, end);
    while (value.ends_with(' ')) value.remove_suffix(1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    values.push_back(value);
    if (end == std::string_view::npos) return values;
    text.remove_prefix(end + 1);
  }
}

struct Word {
  std::string_view in_header;
  std::string_view component;
};
constexpr auto words = std::to_array<Word>({{"M", "magnitude"},
                                            {"MAGNITUDE", "magnitude"},
                                            {"P", "phase"},
                                            {"PHASE", "phase"},
                                            {"PHASE MAP", "phase"},
                                            {"R", "real"},
                                            {"REAL", "real"},
                                            {"I", "imaginary"},
                                            {"IMAGINARY", "imaginary"},
                                            {"B0", "b0"},
                                            {"B0 MAP", "b0"},
                                            {"FIELDMAPHZ", "b0"},
                                            {"B1", "b1"},
                                            {"B1 MAP", "b1"},
                                            {"VELOCITY", "velocity"},
                                            {"VELOCITY MAP", "velocity"},
                                            {"W", "water"},
                                            {"WATER", "water"},
                                            {"F", "fat"},
                                            {"FAT", "fat"},
                                            {"IP", "in_phase"},
                                            {"IN_PHASE", "in_phase"},
                                            {"OP", "opposed_phase"},
                                            {"OPP_PHASE", "opposed_phase"},
                                            {"OUT_PHASE", "opposed_phase"},
                                            {"FF", "fat_fraction"},
                                            {"FAT_FRACTION", "fat_fraction"},
                                            {"FAT_FRAC", "fat_fraction"},
                                            {"ADC", "adc"},
                                            {"EADC", "eadc"},
                                            {"FA", "fa"},
                                            {"TRACE", "trace"},
                                            {"TRACEW", "trace"},
                                            {"TRACE_MAP", "trace"},
                                            {"T1 MAP", "t1"},
                                            {"T1_MAP", "t1"},
                                            {"T2 MAP", "t2"},
                                            {"T2_MAP", "t2"},
                                            {"T2_STAR MAP", "t2_star"},
                                            {"T2STAR_MAP", "t2_star"},
                                            {"T2_STAR", "t2_star"},
                                            {"R2 MAP", "r2"},
                                            {"R2_MAP", "r2"},
                                            {"R2_STAR", "r2_star"},
                                            {"R2_STAR MAP", "r2_star"},
                                            {"R2STAR_MAP", "r2_star"},
                                            {"INV1", "inv1"},
                                            {"INV2", "inv2"},
                                            {"UNI", "uni"}});

// Image Type is in capitals (PS3.5 6.2 CS), which not all writers know.
bool is_word(std::string_view text, std::string_view capitals) {
  return std::ranges::equal(text, capitals, {}, [](unsigned char c) { return std::toupper(c); });
}

std::string_view find_word(std::string_view text) {
  const auto* word =
      std::ranges::find_if(words, [&](const Word& w) { return is_word(text, w.in_header); });
  return word == words.end() ? std::string_view() : word->component;
}

// "SW_M_FFE", "P_SE": the letter of the component between those of the sequence.
std::string_view find_letter(std::string_view text) {
  const auto parts = values_of(text, '_');
  if (parts.size() < 2) return {};
  for (const auto part : parts)
    if (part == "M" || part == "P" || part == "R" || part == "I") return find_word(part);
  return {};
}

// Of how an image was filtered, corrected or stored: the same quantity and contrast.
constexpr std::array<std::string_view, 17> filters{
    "ND",  "NORM", "DIS2D", "DIS3D",       "FM",   "FIL",   "FILTERED", "MOSAIC", "MFSPLIT",
    "SH1", "SH2",  "SH3",   "UNSPECIFIED", "NONE", "OTHER", "PRIMARY",  "VOLUME"};

}  // namespace

std::vector<std::string_view> image_type(const Frame& frame) {
  return values_of(frame.find(attribute_index(0x00080008)).value_or(""), '\\');
}

std::string image_component(const Frame& frame) {
  if (const auto declared = frame.find(attribute_index(0x00089208)))
    if (const auto found = find_word(*declared); !found.empty()) return std::string(found);
  const auto types = image_type(frame);
  for (const auto& find : {find_word, find_letter})
    for (auto type = types.rbegin(); type != types.rend() && types.rend() - type > 2; ++type)
      if (const auto found = find(*type); !found.empty()) return std::string(found);
  const auto of_vendor = vendor_component(frame);
  return std::string(of_vendor.empty() ? "magnitude" : of_vendor);
}

std::string image_words(const Frame& frame) {
  auto types = image_type(frame);
  types.erase(types.begin(), types.begin() + std::min<std::ptrdiff_t>(2, std::ssize(types)));
  std::erase_if(types, [](std::string_view type) {
    return type.empty() || std::ranges::find(filters, type) != filters.end();
  });
  std::ranges::sort(types);
  std::string joined;
  for (const auto type : types) (joined += joined.empty() ? "" : "\\") += type;
  return joined;
}

std::string own_word(std::string_view words_of_one, std::string_view others) {
  const auto other_words = values_of(others, '\\');
  for (const auto word : values_of(words_of_one, '\\')) {
    if (std::ranges::find(other_words, word) != other_words.end()) continue;
    std::string name;
    for (const unsigned char c : word.substr(0, 32))
      if (std::isalnum(c) && c < 0x80)
        name += static_cast<char>(std::tolower(c));
      else if (!name.empty() && !name.ends_with('_'))
        name += '_';
    while (name.ends_with('_')) name.pop_back();
    if (!name.empty()) return name;
  }
  return "";
}

}  // namespace dcmflow
