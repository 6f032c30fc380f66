#include "stages/codecs/jpeg_ls_grey.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <vector>

#include "stages/base/cpu.h"
#include "stages/codecs/jpeg_bits.h"
#include "stages/codecs/jpeg_ls_contexts.h"

namespace dcmflow {
namespace {

// J: a run of 2^J pixels is one bit (A.7.1.2).
constexpr std::array<std::uint8_t, 32> run_bits{0, 0, 0, 0, 1,  1,  1,  1,  2,  2, 2,
                                                2, 3, 3, 3, 3,  4,  4,  5,  5,  6, 6,
                                                7, 7, 8, 9, 10, 11, 12, 13, 14, 15};
constexpr std::int32_t greatest_reset = 255;  // then no sum of errors is larger than 2^24

using JpegLsBits = JpegBits<Stuffing::bit>;

// Rows have a pixel before and behind them: columns + 2 samples.
using Row = std::vector<std::uint16_t>;

class GreyScan {
 public:
  GreyScan(std::span<const std::uint8_t> scan, const JpegLsCoding& coding, std::size_t columns)
      : bits_(scan),
        scan_bytes_(scan.size()),
        coding_(coding),
        columns_(static_cast<std::int32_t>(columns)),
        greatest_((1 << coding.bits) - 1),
        limit_(2 * (coding.bits + std::max(8U, coding.bits))),
        far_(coding.thresholds[2]),
        regions_(2 * static_cast<std::size_t>(far_) + 1),
        regions_above_(columns) {
    for (std::int32_t gradient = -far_; auto& region : regions_)
      region = static_cast<std::int8_t>(region_of(gradient++));
    const std::int32_t sum = std::max(2, (greatest_ + 1 + 32) / 64);
    contexts_.fill({.sum = sum, .golomb = static_cast<std::int8_t>(golomb_bits(sum, 1))});
    run_contexts_.fill({.sum = sum});
  }

  bool decode(std::span<std::uint8_t> samples) {
    const auto columns = static_cast<std::size_t>(columns_);
    const std::size_t sample_bytes = coding_.bits <= 8 ? 1 : 2;
    Row above(columns + 2), row(columns + 2);
    for (std::size_t at = 0; at < samples.size(); at += columns * sample_bytes) {
      above[columns + 1] = above[columns];
      row[0] = above[1];
      if (!decode_row(above.data() + 1, row.data() + 1)) return false;
      if (sample_bytes == 2)
        std::memcpy(samples.data() + at, row.data() + 1, columns * 2);
      else
        std::copy_n(row.begin() + 1, columns, samples.begin() + static_cast<std::ptrdiff_t>(at));
      std::swap(above, row);
    }
    return is_at_end();
  }

 private:
  // Nothing is left but zeros that fill the last byte.
  bool is_at_end() {
    return bits_.left_over() < 8 && bits_.offset() == scan_bytes_ && bits_.zeros() == 64;
  }

  // -4 to 4 (A.3.3).
  [[gnu::always_inline]] std::int32_t region_of(std::int32_t gradient) const {
    const std::int32_t size = std::abs(gradient);
    std::int32_t region = static_cast<std::int32_t>(size >= 1);
    for (const auto threshold : coding_.thresholds)
      region += static_cast<std::int32_t>(size >= threshold);
    return gradient < 0 ? -region : region;
  }

  // A limited Golomb code (A.5.3) of an error, mapped. False for what is none.
  [[gnu::always_inline]] bool take_error(JpegLsBits& bits, unsigned golomb, unsigned limit,
                                         std::uint32_t& mapped) const {
    bits.refill();
    const unsigned zeros = bits.zeros(), most = limit - coding_.bits - 1;
    if (zeros < most) {
      bits.skip(zeros + 1);
      if (zeros + 1 + golomb > JpegLsBits::ready) [[unlikely]]
        bits.refill();
      mapped = (zeros << golomb) + bits.take(golomb);
    } else {
      if (zeros != most) return false;
      bits.skip(zeros + 1);
      bits.refill();
      mapped = bits.take(coding_.bits) + 1;
    }
    return mapped <= static_cast<std::uint32_t>(greatest_) + 1;
  }

  // The number of pixels like the one before them (A.7.1); more than `most` where it is none.
  std::int32_t take_run(JpegLsBits& bits, std::int32_t most) {
    for (std::int32_t length = 0;;) {
      bits.refill();
      const unsigned rest = run_bits[run_index_];
      if (bits.take(1) == 0) return length + static_cast<std::int32_t>(bits.take(rest));
      length += 1 << rest;
      if (length <= most && run_index_ + 1 < run_bits.size()) ++run_index_;
      if (length >= most) return most;
    }
  }

  // The pixel that ends a run, from the ones to the left and above (A.7.2).
  bool take_run_end(JpegLsBits& bits, std::int32_t left, std::int32_t above, std::uint16_t& pixel) {
    const bool is_equal = left == above;
    JpegLsRunContext& context = run_contexts_[is_equal ? 1 : 0];
    const auto golomb = static_cast<unsigned>(
        golomb_bits(context.sum + (is_equal ? context.count >> 1 : 0), context.count));
    std::uint32_t mapped = 0;
    if (!take_error(bits, golomb, limit_ - run_bits[run_index_] - 1, mapped)) return false;
    const auto code = static_cast<std::int32_t>(mapped) + static_cast<std::int32_t>(is_equal);
    const bool is_odd = code % 2 != 0;
    const bool is_negative = (golomb != 0 || 2 * context.negative >= context.count) == is_odd;
    const std::int32_t size = (code + 1) / 2, error = is_negative ? -size : size;
    context.learn(mapped, is_equal, error < 0, coding_.reset);
    const std::int32_t value = above < left ? above - error : above + error;
    pixel = static_cast<std::uint16_t>(value & greatest_);
    if (run_index_ > 0) --run_index_;
    return true;
  }

  // From pixel x on; x is then the one behind the run.
  bool take_run_of(JpegLsBits& bits, const std::uint16_t* above, std::uint16_t* row,
                   std::int32_t& x) {
    const std::int32_t most = columns_ - x, length = take_run(bits, most);
    if (length > most) return false;
    std::fill_n(row + x, length, row[x - 1]);
    x += length;
    if (x == columns_) return true;
    if (!take_run_end(bits, row[x - 1], above[x], row[x])) return false;
    ++x;
    return true;
  }

  // Two of the three gradients of each pixel (A.3.1), of the row above alone.
  [[gnu::always_inline]] void look_above(const std::uint16_t* above) {
    for (std::int32_t x = 0; x < columns_; ++x)
      regions_above_[static_cast<std::size_t>(x)] = static_cast<std::int16_t>(
          81 * region_of(above[x + 1] - above[x]) + 9 * region_of(above[x] - above[x - 1]));
  }

  [[gnu::always_inline]] bool decode_pixels(const std::uint16_t* above, std::uint16_t* row) {
    look_above(above);
    JpegLsBits bits = bits_;
    const std::int8_t* const regions = regions_.data() + far_;
    const std::int16_t* const regions_above = regions_above_.data();
    const std::int32_t greatest = greatest_, far = far_, reset = coding_.reset;
    const unsigned limit = limit_;
    std::int32_t a = row[-1];
    for (std::int32_t x = 0; x < columns_;) {
      const std::int32_t b = above[x], c = above[x - 1];
      const std::int32_t gradients = regions_above[x] + regions[std::clamp(c - a, -far, far)];
      if (gradients == 0) {
        if (!take_run_of(bits, above, row, x)) return false;
        a = row[x - 1];
        continue;
      }
      const std::int32_t sign = sign_of(gradients);
      JpegLsContext& context = contexts_[static_cast<std::size_t>(negate_by(gradients, sign))];
      const std::int32_t predicted = std::clamp(a + b - c, std::min(a, b), std::max(a, b));
      const std::int32_t corrected =
          std::clamp(predicted + negate_by(context.correction, sign), 0, greatest);
      std::uint32_t mapped = 0;
      if (!take_error(bits, static_cast<unsigned>(context.golomb), limit, mapped)) [[unlikely]]
        return false;
      const std::int32_t error = static_cast<std::int32_t>(mapped >> 1) ^
                                 -static_cast<std::int32_t>(mapped & 1) ^ context.is_turned;
      a = (corrected + negate_by(error, sign)) & greatest;
      row[x++] = static_cast<std::uint16_t>(a);
      context.learn(error, reset);
    }
    bits_ = bits;
    return !bits.overdrawn();
  }

  bool decode_row_narrow(const std::uint16_t* above, std::uint16_t* row) {
    return decode_pixels(above, row);
  }
#ifdef __x86_64__
  [[gnu::target("avx2,bmi2,lzcnt")]] bool decode_row_wide(const std::uint16_t* above,
                                                          std::uint16_t* row) {
    return decode_pixels(above, row);
  }
#endif
  bool decode_row(const std::uint16_t* above, std::uint16_t* row) {
#ifdef __x86_64__
    if (has_avx2_and_bits) return decode_row_wide(above, row);
#endif
    return decode_row_narrow(above, row);
  }

  JpegLsBits bits_;
  const std::size_t scan_bytes_;
  const JpegLsCoding coding_;
  const std::int32_t columns_;
  const std::int32_t greatest_;              // MAXVAL
  const unsigned limit_;                     // LIMIT
  const std::int32_t far_;                   // from which on a gradient is in the outermost region
  std::vector<std::int8_t> regions_;         // of -far_ to far_
  std::vector<std::int16_t> regions_above_;  // of each pixel
  std::array<JpegLsContext, 365> contexts_;
  std::array<JpegLsRunContext, 2> run_contexts_;  // the second: left and above are equal
  std::size_t run_index_ = 0;
};

}  // namespace

JpegLsCoding JpegLsCoding::of_bits(unsigned bits) {
  const std::int32_t greatest = (1 << bits) - 1;
  const auto within = [&](std::int32_t value, std::int32_t least) {
    return value > greatest || value < least ? least : value;
  };
  const auto thresholds = [&](std::int32_t first, std::int32_t second, std::int32_t third) {
    const std::int32_t t1 = within(first, 1), t2 = within(second, t1);
    return std::array{t1, t2, within(third, t2)};
  };
  JpegLsCoding coding{.bits = bits, .reset = 64};
  if (greatest >= 128) {
    const std::int32_t factor = (std::min(greatest, 4095) + 128) / 256;
    coding.thresholds = thresholds(factor + 2, 4 * factor + 3, 17 * factor + 4);
  } else {
    const std::int32_t factor = 256 / (greatest + 1);
    coding.thresholds =
        thresholds(std::max(2, 3 / factor), std::max(3, 7 / factor), std::max(4, 21 / factor));
  }
  return coding;
}

bool is_usable(const JpegLsCoding& coding) {
  const auto& [t1, t2, t3] = coding.thresholds;
  return coding.bits >= 2 && coding.bits <= 16 && t1 >= 1 && t1 <= t2 && t2 <= t3 &&
         t3 < 1 << coding.bits && coding.reset >= 3 && coding.reset <= greatest_reset;
}

bool decode_jpeg_ls_grey(std::span<const std::uint8_t> scan, const JpegLsCoding& coding,
                         std::size_t columns, std::span<std::uint8_t> samples) {
  return GreyScan(scan, coding, columns).decode(samples);
}

}  // namespace dcmflow
