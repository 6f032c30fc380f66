#pragma once
// Frames with known pixels, and what every decoder must survive. For the tests of this folder.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string_view>
#include <vector>

#include "stages/codecs/codecs.h"

namespace dcmflow::test {

using Bytes = std::vector<std::uint8_t>;

inline PixelLayout make_layout(std::uint16_t columns, std::uint16_t rows,
                               std::uint16_t bits_allocated, std::uint16_t samples = 1) {
  PixelLayout layout;
  layout.columns = columns;
  layout.rows = rows;
  layout.bits_allocated = bits_allocated;
  layout.bits_stored = bits_allocated;
  layout.high_bit = static_cast<std::uint16_t>(bits_allocated - 1);
  layout.samples_per_pixel = samples;
  return layout;
}

// A frame with a flat border, a ramp and noise, so that runs, small and large differences all
// occur. Every sample is below 2^bits; little endian, interleaved by pixel.
inline Bytes known_frame(const PixelLayout& layout, unsigned bits) {
  std::mt19937 random(layout.columns * 31U + layout.bits_allocated);
  Bytes frame;
  for (std::uint32_t y = 0; y < layout.rows; ++y) {
    for (std::uint32_t x = 0; x < layout.columns; ++x) {
      for (std::uint32_t s = 0; s < layout.samples_per_pixel; ++s) {
        const bool border = x < 4 || y < 3;
        const std::uint64_t wide = x % 7 == 6 ? random() : 40U * s + 3 * x + y + random() % 16;
        const std::uint64_t value = border ? 5 : wide & ((std::uint64_t{1} << bits) - 1);
        for (unsigned b = 0; b < layout.bits_allocated / 8U; ++b) {
          frame.push_back(static_cast<std::uint8_t>(value >> (8 * b)));
        }
      }
    }
  }
  return frame;
}

inline void drop_last(Bytes& bytes, std::ptrdiff_t count) {
  bytes.erase(bytes.end() - count, bytes.end());
}

struct Decoded {
  Status status;
  Bytes frame;
};

// Decodes by the row of the table for `uid`. The stream lies in a buffer of exactly its size, so
// that a sanitizer sees any step over its end; likewise the frame.
inline Decoded decode(std::string_view uid, const Bytes& stream, const PixelLayout& layout,
                      std::string_view photometric_interpretation = "MONOCHROME2") {
  const Bytes exact(stream.begin(), stream.end());
  Bytes frame(layout.frame_bytes(), 0xA5);
  const TransferSyntax* syntax = find_transfer_syntax(uid);
  if (syntax == nullptr || syntax->decode == nullptr) {
    return {Problem{Reason::transfer_syntax_unsupported, "", ""}, {}};
  }
  Status status = syntax->decode(exact, layout, photometric_interpretation, frame);
  return {std::move(status), std::move(frame)};
}

inline void expect_pixels(const Decoded& decoded, const Bytes& expected) {
  ASSERT_TRUE(decoded.status.ok()) << decoded.status.problem().detail;
  EXPECT_TRUE(decoded.frame == expected);
}

inline void expect_refusal(const Decoded& decoded, std::string_view detail) {
  ASSERT_FALSE(decoded.status.ok());
  EXPECT_EQ(decoded.status.problem().reason, Reason::decode_failed);
  EXPECT_EQ(decoded.status.problem().subject, "");
  EXPECT_THAT(decoded.status.problem().detail, ::testing::HasSubstr(detail));
}

// Cut anywhere before its last `optional_tail` bytes the stream is refused.
inline void expect_truncation_is_refused(std::string_view uid, const Bytes& stream,
                                         const PixelLayout& layout, std::size_t optional_tail) {
  for (std::size_t size = 0; size + optional_tail < stream.size();
       size += 1 + stream.size() / 200) {
    const Bytes cut(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(size));
    const Decoded decoded = decode(uid, cut, layout);
    ASSERT_FALSE(decoded.status.ok()) << "cut to " << size << " of " << stream.size();
    EXPECT_EQ(decoded.status.problem().reason, Reason::decode_failed);
    EXPECT_NE(decoded.status.problem().detail, "");
  }
}

// Streams with some bytes changed give pixels or a refusal: no crash, nothing printed. Some of them
// must be refused.
inline void expect_damage_is_survived(std::string_view uid, const Bytes& stream,
                                      const PixelLayout& layout, int iterations = 400) {
  std::mt19937 random(20240229);
  int refusals = 0;
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  for (int i = 0; i < iterations; ++i) {
    Bytes damaged = stream;
    for (auto n = 1 + random() % 4; n > 0; --n) {
      // Half of the damage hits the headers.
      const std::size_t reach =
          random() % 2 == 0 ? std::min<std::size_t>(160, stream.size()) : stream.size();
      damaged[random() % reach] = static_cast<std::uint8_t>(random());
    }
    const Decoded decoded = decode(uid, damaged, layout);
    if (decoded.status.ok()) continue;
    ++refusals;
    EXPECT_EQ(decoded.status.problem().reason, Reason::decode_failed);
    EXPECT_NE(decoded.status.problem().detail, "");
  }
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  EXPECT_GT(refusals, iterations / 20);
}

}  // namespace dcmflow::test
