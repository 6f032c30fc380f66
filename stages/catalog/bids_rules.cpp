#include "stages/catalog/bids_rules.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "stages/base/attribute_values.h"
#include "stages/dicom/value_text.h"
#include "stages/dicom/vendor/ge_blocks.h"
#include "stages/pixels/suv_header.h"

namespace dcmflow {
namespace {

using Text = std::optional<std::string>;

constexpr AttributeIndex image_type = attribute_index(0x00080008);
constexpr AttributeIndex sequence_variant = attribute_index(0x00180021);
constexpr AttributeIndex scan_options = attribute_index(0x00180022);

Text truth(bool is_so) { return is_so ? "true" : "false"; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The number behind a letter of a word of numbers and letters: 4 behind s in "p2s4".
Text number_behind(std::string_view word, char letter) {
  for (std::size_t at = word.find(letter); at < word.size(); at = word.find(letter, at + 1)) {
    auto end = at + 1;
    while (end < word.size() && (is_digit(word[end]) || word[end] == '.')) ++end;
    if (end > at + 1 && (at == 0 || is_digit(word[at - 1])))
      return std::string(word.substr(at + 1, end - at - 1));
  }
  return std::nullopt;
}

// What the console shows of the acceleration: "p2", "p2s4".
std::string_view siemens_acceleration(const ScanHeader& header) {
  const auto shown = header.find(scan_index(0x00510011, creator::siemens));
  return shown ? *shown : header.find(scan_index(0x00210009, creator::siemens_series)).value_or("");
}

// 1 / the number, since GE writes which part of the lines is acquired: 0.333333 for 3.
Text ge_factor(const ScanHeader& header, std::size_t which) {
  const auto parts =
      parse_numbers(header.find(scan_index(0x00430083, creator::ge_parameters)).value_or(""));
  if (!parts || parts->size() <= which || !((*parts)[which] > 0)) return std::nullopt;
  constexpr double thousandths = 1000;
  const double factor = std::round(thousandths / (*parts)[which]) / thousandths;
  return numbers_text(std::span(&factor, 1));
}

}  // namespace

Text imaging_frequency(const ScanHeader& header) {
  auto text = header.find(attribute_index(0x00180084));
  if (!text) text = header.find(scan_index(0x00189098));
  const auto number = parse_decimal(text.value_or(""));
  constexpr double most_mhz = 1e5;  // 2,000 T for protons
  if (!number || *number < most_mhz) return text ? Text(*text) : std::nullopt;
  const double mhz = *number / 1e6;
  return numbers_text(std::span(&mhz, 1));
}

Text enhanced_sequence(const ScanHeader& header) {
  struct Flag {
    AttributeIndex attribute;
    std::string_view value, word;
  };
  constexpr std::array flags{Flag{scan_index(0x00189018), "YES", "EP"},
                             Flag{scan_index(0x00189008), "SPIN", "SE"},
                             Flag{scan_index(0x00189008), "GRADIENT", "GR"},
                             Flag{scan_index(0x00189008), "BOTH", "SE\\GR"},
                             Flag{attribute_index(0x00189009), "YES", "IR"}};
  std::string words;
  for (const auto& flag : flags) {
    if (header.find(flag.attribute) != flag.value) continue;
    if (!words.empty()) words += '\\';
    words += flag.word;
  }
  return words.empty() ? std::nullopt : Text(words);
}

Text gradient_correction(const ScanHeader& header) {
  if (header.maker() != Maker::siemens) return std::nullopt;
  for (const auto* word : {"DIS2D", "DIS3D"})
    if (header.has_word(image_type, word)) return truth(true);
  return header.has_word(image_type, "ND") ? truth(false) : std::nullopt;
}

Text magnetization_transfer(const ScanHeader& header) {
  const auto said = header.find(attribute_index(0x00189020));
  if (said) return truth(*said != "NONE");
  const bool is_on =
      header.has_word(sequence_variant, "MTC") || header.has_word(scan_options, "MT");
  return is_on ? truth(true) : std::nullopt;
}

Text spoiling(const ScanHeader& header) {
  if (const auto said = header.find(scan_index(0x00189016))) return truth(*said != "NONE");
  return header.has_word(sequence_variant, "SP") ? truth(true) : std::nullopt;
}

Text siemens_inversion_time(const ScanHeader& header) {
  const auto sequence = header.protocol("tSequenceFileName").value_or("");
  return sequence.find("pasl") == std::string::npos ? std::nullopt : header.protocol("alTI[2]");
}

Text siemens_in_plane(const ScanHeader& header) {
  return number_behind(siemens_acceleration(header), 'p');
}

Text siemens_slices_at_once(const ScanHeader& header) {
  return number_behind(siemens_acceleration(header), 's');
}

Text ge_in_plane(const ScanHeader& header) { return ge_factor(header, 0); }
Text ge_out_of_plane(const ScanHeader& header) { return ge_factor(header, 1); }

Text ge_slices_at_once(const ScanHeader& header) {
  if (const auto said = header.find(scan_index(0x004300B6, creator::ge_parameters)))
    return std::string(first_value(*said));
  const auto said = ge_protocol_value(header.blocks().ge_protocol, "MBACCEL");
  return said ? Text(*said) : std::nullopt;
}

// "F:2S", "F:2.50": along the phase encoding.
Text uih_in_plane(const ScanHeader& header) {
  auto text = header.find(scan_index(0x0065000D, creator::uih)).value_or("");
  constexpr std::string_view mark = "F:";
  if (!text.starts_with(mark)) return std::nullopt;
  text.remove_prefix(mark.size());
  const auto end = std::ranges::find_if_not(text, [](char c) { return is_digit(c) || c == '.'; });
  return std::string(text.begin(), end);
}

Text siemens_parallel_technique(const ScanHeader& header) {
  const auto mode = header.protocol_number("sPat.ucPATMode");
  const auto factor = header.protocol_number("sPat.lAccelFactPE");
  if (!mode || !factor || !(*factor > 1)) return std::nullopt;
  return *mode == 1 ? Text("SENSE") : *mode == 2 ? Text("GRAPPA") : std::nullopt;
}

Text siemens_partial_fourier(const ScanHeader& header) {
  struct Fraction {
    double code;
    std::string_view text;
  };
  constexpr std::array fractions{Fraction{1, "0.5"}, Fraction{2, "0.625"}, Fraction{4, "0.75"},
                                 Fraction{8, "0.875"}, Fraction{16, "1"}};
  const auto code = header.protocol_number("sKSpace.ucPhasePartialFourier");
  const auto* found = std::ranges::find(fractions, code, &Fraction::code);
  return found == fractions.end() ? std::nullopt : Text(found->text);
}

Text injected_radioactivity(const ScanHeader& header) {
  constexpr double mega = 1e6;
  const auto text =
      header.find(scan_index(0x00181074, {}, sequence::radiopharmaceutical)).value_or("");
  const auto number = parse_decimal(text);
  if (!number) return std::nullopt;
  const bool in_mbq = header.find(attribute_index(0x00080016)) == enhanced_pet_class;
  const double dose = in_mbq ? *number * mega : *number;
  if (!(dose >= suv_dose_bq[0] && dose <= suv_dose_bq[1])) return std::nullopt;
  return in_mbq ? numbers_text(std::span(&dose, 1)) : Text(text);
}

}  // namespace dcmflow
