#include "stages/codecs/jpeg_lossless_rows.h"

namespace dcmflow {
namespace {

// Table H.1: the prediction from the samples to the left (a), above (b) and above left (c).
template <int predictor>
std::int32_t predict(std::int32_t a, std::int32_t b, std::int32_t c) {
  static_assert(predictor >= 1 && predictor <= 7);
  if constexpr (predictor == 1) return a;
  if constexpr (predictor == 2) return b;
  if constexpr (predictor == 3) return c;
  if constexpr (predictor == 4) return a + b - c;
  if constexpr (predictor == 5) return a + ((b - c) >> 1);
  if constexpr (predictor == 6) return b + ((a - c) >> 1);
  if constexpr (predictor == 7) return (a + b) >> 1;
}

template <int predictor>
bool decode_predicted(const LosslessScan& scan, BitReader& reader, const SampleRow& above,
                      SampleRow& row) {
  BitReader bits = reader;
  bool damaged = false;
  const std::size_t n = scan.components;
  for (std::size_t c = 0; c < n; ++c) {
    row[c] = static_cast<std::uint16_t>(above[c] + scan.table[c]->read(bits, damaged));
  }
  if (n == 1) {
    const DifferenceTable& table = *scan.table[0];
    std::int32_t left = row[0];
    for (std::size_t i = 1; i < row.size(); ++i) {
      left = predict<predictor>(left, above[i], above[i - 1]) + table.read(bits, damaged);
      left &= 0xFFFF;
      row[i] = static_cast<std::uint16_t>(left);
    }
  } else {
    for (std::size_t i = n; i < row.size();) {
      for (std::size_t c = 0; c < n; ++c, ++i) {
        const std::int32_t value = predict<predictor>(row[i - n], above[i], above[i - n]);
        row[i] = static_cast<std::uint16_t>(value + scan.table[c]->read(bits, damaged));
      }
    }
  }
  reader = bits;
  return !damaged;
}

using DecodeRow = bool (*)(const LosslessScan&, BitReader&, const SampleRow&, SampleRow&);
constexpr std::array<DecodeRow, 8> row_decoders = {nullptr,
                                                   decode_predicted<1>,
                                                   decode_predicted<2>,
                                                   decode_predicted<3>,
                                                   decode_predicted<4>,
                                                   decode_predicted<5>,
                                                   decode_predicted<6>,
                                                   decode_predicted<7>};

}  // namespace

bool decode_row(const LosslessScan& scan, BitReader& bits, const SampleRow& above, SampleRow& row) {
  return row_decoders[scan.predictor](scan, bits, above, row);
}

bool decode_first_row(const LosslessScan& scan, unsigned precision, BitReader& bits,
                      SampleRow& row) {
  bool damaged = false;
  const std::int32_t start = 1 << (precision - scan.point_transform - 1);
  for (std::size_t i = 0; i < row.size();) {
    for (std::size_t c = 0; c < scan.components; ++c, ++i) {
      const std::int32_t value = i < scan.components ? start : row[i - scan.components];
      row[i] = static_cast<std::uint16_t>(value + scan.table[c]->read(bits, damaged));
    }
  }
  return !damaged;
}

}  // namespace dcmflow
