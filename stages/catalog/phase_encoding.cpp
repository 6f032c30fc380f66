#include "stages/catalog/phase_encoding.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "stages/catalog/measured_number.h"
#include "stages/dicom/value_text.h"
#include "stages/dicom/vendor/ge_blocks.h"

namespace dcmflow {
namespace {

enum class Axis : std::uint8_t { columns, rows };  // i, j

// In-plane Phase Encoding Direction; of GE also the pair of Acquisition Matrix that is used
// (frequency rows and columns, phase rows and columns; PS3.3 C.8.3.1).
std::optional<Axis> axis_of(const ScanHeader& header) {
  const auto along = header.find(attribute_index(0x00181312)).value_or("");
  if (along == "ROW") return Axis::columns;
  if (along == "COL" || along == "COLUMN") return Axis::rows;
  if (header.maker() != Maker::ge) return std::nullopt;
  const auto matrix = parse_decimals<4>(header.find(attribute_index(0x00181310)).value_or(""));
  if (!matrix || ((*matrix)[0] > 0) == ((*matrix)[1] > 0)) return std::nullopt;
  return (*matrix)[0] > 0 ? Axis::rows : Axis::columns;
}

// Whether lines were acquired toward increasing columns or rows, by each maker.
using IsPositive = std::optional<bool>;

IsPositive flag(std::optional<std::string_view> text, std::string_view positive,
                std::string_view negative) {
  if (text == positive) return true;
  return text == negative ? IsPositive(false) : std::nullopt;
}

IsPositive siemens_sense(const ScanHeader& header, Axis) {
  const auto csa = header.csa("PhaseEncodingDirectionPositive");
  if (csa) return flag(*csa, "1", "0");
  return flag(header.find(scan_index(0x0021001C, creator::siemens_image)), "1", "0");
}

// epi_pepolar, a research sequence, turns its images round by itself.
IsPositive ge_sense(const ScanHeader& header, Axis axis) {
  const auto sequence = header.find(vendor_index(0x0019009C)).value_or("");
  const bool is_forward = header.number(vendor_index(0x001900B3)).value_or(0) == 0;
  if (axis != Axis::rows || (sequence.find("epi_pepolar") != std::string_view::npos && !is_forward))
    return std::nullopt;
  const bool is_ge = header.maker() == Maker::ge && is_echo_planar(header);
  if (const auto said = header.find(scan_index(0x00189034)); is_ge && said)
    return flag(*said, "REVERSE_LINEAR", "LINEAR");
  return ge_polarity_is_positive(header.blocks().ge_parameters);
}

IsPositive uih_sense(const ScanHeader& header, Axis) {
  return flag(header.find(scan_index(0x00650058, creator::uih)), "0", "1");
}

constexpr std::array senses{siemens_sense, ge_sense, uih_sense};

IsPositive sense_of(const ScanHeader& header, const Stack& stack, Axis axis) {
  if (std::ranges::find(stack.flags, "polarity_alternates") != stack.flags.end())
    return std::nullopt;
  for (const auto& sense : senses)
    if (const auto is_positive = sense(header, axis))
      return stack.frames.front().is_turned ? !*is_positive : *is_positive;
  return std::nullopt;
}

// A time between the lines of k-space, as if none were left out, and how many digits it has.
struct Spacing {
  double seconds = 0;
  int digits = 0;
};

// Siemens and UIH: from the bandwidth of a reconstructed pixel.
std::optional<Spacing> by_bandwidth(const ScanHeader& header, double lines) {
  constexpr int least_digits = 5;  // they are written with three decimals, without zeros at the end
  const auto csa = header.csa("BandwidthPerPixelPhaseEncode");
  for (const auto text : {header.find(scan_index(0x00190028, creator::siemens)),
                          csa ? std::optional<std::string_view>(*csa) : std::nullopt,
                          header.find(scan_index(0x00210053, creator::siemens_image)),
                          header.find(scan_index(0x00190028, creator::uih))}) {
    const auto hertz = parse_decimal(text.value_or(""));
    if (hertz && *hertz > 0)
      return Spacing{1 / (*hertz * lines), std::max(least_digits, measured_digits(*text))};
  }
  return std::nullopt;
}

// GE: from the time between two acquired lines. How many lines there are is rounded up to a
// multiple of 2, under partial Fourier of 4.
std::optional<Spacing> by_echo_spacing(const ScanHeader& header, double /*lines*/) {
  constexpr int digits = 6;  // whole microseconds
  const auto us = header.number(scan_index(0x0043002C, creator::ge_parameters));
  const auto matrix = parse_decimals<4>(header.find(attribute_index(0x00181310)).value_or(""));
  if (!us || !(*us > 0) || !matrix) return std::nullopt;
  const double acquired = std::max((*matrix)[2], (*matrix)[3]);
  const double part = header.number(scan_index(0x00430083, creator::ge_parameters)).value_or(1);
  if (!(acquired > 1) || !(part > 0) || !(part <= 1)) return std::nullopt;
  const double step = header.has_word(attribute_index(0x00180022), "PFF") ? 4 : 2;
  constexpr double nearly = 1e-4;  // 0.333333 is a third
  const double train = step * std::ceil(acquired * part / step - nearly);
  return Spacing{(train - 1) * *us * 1e-6 / (acquired - 1), digits};
}

constexpr std::array spacings{by_bandwidth, by_echo_spacing};

void write_readout(JsonWriter& json, const ScanHeader& header, double lines) {
  for (const auto& spacing : spacings) {
    const auto found = spacing(header, lines);
    if (!found) continue;
    json.member("EffectiveEchoSpacing", round_to(found->seconds, found->digits));
    json.member("TotalReadoutTime", round_to(found->seconds * (lines - 1), found->digits));
    return;
  }
}

}  // namespace

void write_phase_encoding(JsonWriter& json, const ScanHeader& header, const Stack& stack) {
  const auto axis = axis_of(header);
  if (!axis) return;
  const bool is_rows = *axis == Axis::rows;
  json.member("InPlanePhaseEncodingDirectionDICOM", is_rows ? "COL" : "ROW");
  if (const auto is_positive = sense_of(header, stack, *axis))
    json.member("PhaseEncodingDirection",
                std::string(is_rows ? "j" : "i") + (*is_positive ? "" : "-"));
  else
    json.member("PhaseEncodingAxis", is_rows ? "j" : "i");
  const auto& shared = stack.frames.front().instance->shared;
  const double lines = is_rows ? shared->layout.rows : shared->layout.columns;
  if (lines > 1) write_readout(json, header, lines);
}

}  // namespace dcmflow
