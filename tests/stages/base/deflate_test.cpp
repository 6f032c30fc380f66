#include "stages/base/deflate/deflate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <numeric>
#include <random>
#include <string_view>

#include "stages/base/deflate/prefix_code.h"
#include "stages/base/deflate/tokens.h"

namespace dcmflow::deflate {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Random = std::mt19937;

std::uint32_t below(Random& random, std::uint32_t limit) {
  return static_cast<std::uint32_t>(random() % limit);
}

Bytes random_bytes(std::size_t size, std::uint32_t values, std::uint32_t seed) {
  Random random(seed);
  Bytes bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(below(random, values));
  return bytes;
}

Bytes bytes_of(const std::vector<std::int16_t>& pixels) {
  Bytes bytes(pixels.size() * sizeof(std::int16_t));
  std::memcpy(bytes.data(), pixels.data(), bytes.size());
  return bytes;
}

// A disc of tissue with smooth structure and noise in air, `size` pixels square.
std::vector<std::int16_t> ct_slice(int size, std::uint32_t seed) {
  Random random(seed);
  std::vector<std::int16_t> pixels;
  for (int y = 0; y < size; ++y) {
    for (int x = 0; x < size; ++x) {
      const double radius = std::hypot(x - size / 2, y - size / 2) / size;
      // The sum of four uniform numbers is as good as a normal one.
      const double noise =
          below(random, 24) + below(random, 24) + below(random, 24) + below(random, 24) - 46.0;
      const double tissue = 40 + 30 * std::sin(x / 17.0) * std::cos(y / 23.0);
      pixels.push_back(static_cast<std::int16_t>(radius > 0.45 ? -1000 : tissue + noise));
    }
  }
  return pixels;
}

// Pieces of all kinds one after the other: noise of few or many values, runs, ramps, and copies of
// what was before from any distance and at any parity.
Bytes structured(std::uint32_t seed) {
  Random random(seed);
  Bytes bytes;
  const std::size_t size = 1 + below(random, 1U << (4 + below(random, 14)));
  while (bytes.size() < size) {
    const std::size_t length = 1 + below(random, 1U << (1 + below(random, 11)));
    const auto start = static_cast<std::uint8_t>(random());
    const std::uint32_t values = 1 + below(random, 256);
    const std::uint32_t kind = below(random, 4);
    const std::size_t distance =
        bytes.empty() ? 0 : 1 + below(random, static_cast<std::uint32_t>(bytes.size()));
    for (std::size_t i = 0; i < length; ++i) {
      if (kind == 0) bytes.push_back(static_cast<std::uint8_t>(below(random, values)));
      if (kind == 1) bytes.push_back(start);
      if (kind == 2) bytes.push_back(static_cast<std::uint8_t>(start + i));
      if (kind == 3) bytes.push_back(distance == 0 ? start : bytes[bytes.size() - distance]);
    }
  }
  bytes.resize(size);
  return bytes;
}

// Inflates raw deflate data that does not end, with `at_once` bytes of input and of output a call.
Bytes inflate_all(Bytes deflated, std::size_t expected_size, std::size_t at_once = 1 << 20) {
  Bytes bytes(expected_size + 1);  // room for one too many
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, -15), Z_OK);
  int result = Z_OK;
  for (std::size_t read = 0; read < deflated.size() && result == Z_OK; read += at_once) {
    stream.next_in = deflated.data() + read;
    stream.avail_in = static_cast<uInt>(std::min(at_once, deflated.size() - read));
    do {
      stream.next_out = bytes.data() + stream.total_out;
      stream.avail_out = static_cast<uInt>(std::min(at_once, bytes.size() - stream.total_out));
      result = inflate(&stream, Z_SYNC_FLUSH);
    } while (result == Z_OK && stream.avail_out == 0);
    if (result == Z_BUF_ERROR && stream.avail_in == 0) result = Z_OK;  // it wants more input
  }
  EXPECT_EQ(result, Z_OK) << (stream.msg != nullptr ? stream.msg : "");
  EXPECT_EQ(stream.avail_in, 0U);
  bytes.resize(stream.total_out);
  inflateEnd(&stream);
  return bytes;
}

std::size_t zlib_size(const Bytes& bytes, int level = 6) {
  Bytes deflated(compressBound(static_cast<uLong>(bytes.size())));
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
  stream.next_in = const_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = deflated.data();
  stream.avail_out = static_cast<uInt>(deflated.size());
  EXPECT_EQ(::deflate(&stream, Z_FINISH), Z_STREAM_END);
  deflateEnd(&stream);
  return stream.total_out;
}

void expect_round_trip(const Bytes& bytes, std::string_view what) {
  ASSERT_EQ(inflate_all(compress(bytes), bytes.size()), bytes) << what << ", " << bytes.size();
}

TEST(Deflate, OfNothingIsAnEmptyStoredBlock) {
  EXPECT_EQ(compress({}), (Bytes{0, 0, 0, 0xff, 0xff}));
}

TEST(Deflate, RoundTripsEverySmallSizeOfEveryKind) {
  for (std::size_t size = 1; size <= 300; ++size) {
    expect_round_trip(Bytes(size, 0), "zeros");
    expect_round_trip(Bytes(size, 0xe7), "all equal");
    expect_round_trip(random_bytes(size, 256, 1), "random");
    expect_round_trip(random_bytes(size, 3, 2), "three values");
    Bytes ramp(size);
    std::iota(ramp.begin(), ramp.end(), std::uint8_t{0});
    expect_round_trip(ramp, "ramp");
  }
}

TEST(Deflate, RoundTripsRunsThatAreLongerThanAMatch) {
  for (const std::size_t run : {255U, 256U, 257U, 258U, 259U, 515U, 65'535U, 65'536U, 300'001U}) {
    Bytes bytes = random_bytes(777, 256, 3);
    bytes.insert(bytes.end(), run, 24);
    bytes.push_back(25);
    bytes.insert(bytes.end(), run, 24);
    expect_round_trip(bytes, "run");
    EXPECT_LT(compress(bytes).size(), 1000 + run / 50) << run;
  }
}

TEST(Deflate, FindsARepetitionAtTheFarthestDistanceButNotBeyond) {
  const Bytes motif = random_bytes(1000, 256, 4);
  for (const std::size_t distance :
       {1000U, 32'766U, 32'768U, 32'770U, 65'536U, 65'538U, 131'072U}) {
    Bytes bytes = motif;
    bytes.resize(distance, 7);
    bytes.insert(bytes.end(), motif.begin(), motif.end());
    expect_round_trip(bytes, "distance");
    Bytes once(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(distance));
    const std::size_t cost = compress(bytes).size() - compress(once).size();
    if (distance <= farthest_match) {
      EXPECT_LT(cost, 100U) << distance;
    } else {
      EXPECT_GT(cost, 990U) << distance;
    }
  }
}

TEST(Deflate, StoresWhatCannotBeCompressed) {
  for (const std::size_t size : {1'000U, 65'535U, 65'536U, 200'001U, 1'048'576U}) {
    const Bytes bytes = random_bytes(size, 256, 5);
    EXPECT_LE(compress(bytes).size(), size + 16 + size / 1000) << size;
    expect_round_trip(bytes, "noise");
  }
}

TEST(Deflate, RoundTripsStructuredInputsOfAllKinds) {
  for (std::uint32_t seed = 0; seed < 1500; ++seed) {
    const Bytes bytes = structured(seed);
    ASSERT_EQ(inflate_all(compress(bytes), bytes.size()), bytes) << "seed " << seed;
  }
}

TEST(Deflate, RoundTripsFrequenciesThatWantCodesLongerThanAllowed) {
  // Fibonacci's numbers make the deepest tree.
  Bytes bytes;
  for (std::size_t count = 1, next = 1, value = 0; bytes.size() < 16'000; ++value) {
    bytes.insert(bytes.end(), count, static_cast<std::uint8_t>(value * 11));
    next = std::exchange(count, next) + count;
  }
  std::shuffle(bytes.begin(), bytes.end(), Random(6));
  expect_round_trip(bytes, "Fibonacci");
}

TEST(Deflate, InflatesInSmallPieces) {
  const Bytes bytes = bytes_of(ct_slice(128, 7));
  const Bytes deflated = compress(bytes);
  for (const std::size_t at_once : {1U, 2U, 7U, 300U})
    EXPECT_EQ(inflate_all(deflated, bytes.size(), at_once), bytes) << at_once;
}

TEST(Deflate, CanBeJoined) {
  const Bytes first = structured(8);
  const Bytes second = bytes_of(ct_slice(64, 9));
  Bytes joined = compress(first);
  const Bytes more = compress(second);
  joined.insert(joined.end(), more.begin(), more.end());
  Bytes both = first;
  both.insert(both.end(), second.begin(), second.end());
  EXPECT_EQ(inflate_all(joined, both.size()), both);
}

TEST(Deflate, DependsOnNothingButTheBytes) {
  const Bytes bytes = bytes_of(ct_slice(256, 10));
  const Bytes expected = compress(bytes);
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    compress(structured(seed));
    // Elsewhere in memory, at any alignment, among other bytes.
    Bytes surrounded = random_bytes(bytes.size() + 128, 256, seed);
    std::ranges::copy(bytes, surrounded.begin() + seed);
    EXPECT_EQ(compress(std::span(surrounded).subspan(seed, bytes.size())), expected) << seed;
  }
}

TEST(Deflate, HasTheseBytesOnEveryMachine) {
  // CRC-32 of what this release writes: a change of it is a change of every nii.gz.
  Bytes bytes;
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    const Bytes more = structured(seed);
    bytes.insert(bytes.end(), more.begin(), more.end());
  }
  const Bytes deflated = compress(bytes);
  EXPECT_EQ(deflated.size(), 59689U);
  EXPECT_EQ(crc32(0, deflated.data(), static_cast<uInt>(deflated.size())), 4199157833U);
}

TEST(Deflate, OfACtVolumeIsAsSmallAsZlibsLevel6Within2Percent) {
  Bytes volume;
  std::size_t size = 0;
  for (std::uint32_t slice = 0; slice < 8; ++slice) {
    const Bytes bytes = bytes_of(ct_slice(512, slice));
    size += compress(bytes).size();
    volume.insert(volume.end(), bytes.begin(), bytes.end());
  }
  EXPECT_LT(static_cast<double>(size), 1.02 * static_cast<double>(zlib_size(volume)));
}

TEST(Deflate, OfTextIsSmallerThanItsLiteralsAlone) {
  Bytes text;
  Random random(11);
  constexpr std::array<std::string_view, 8> words{"slice ", "of ",     "the ",   "volume ",
                                                  "and ",   "series ", "image ", "in "};
  while (text.size() < 100'000) {
    const auto word = words[below(random, words.size())];
    text.insert(text.end(), word.begin(), word.end());
  }
  expect_round_trip(text, "text");
  EXPECT_LT(compress(text).size(), 2 * zlib_size(text));
}

TEST(PrefixCode, IsCompleteAndWithinItsLimit) {
  Random random(12);
  for (int round = 0; round < 300; ++round) {
    std::vector<std::uint32_t> frequencies(2 + below(random, 285));
    for (auto& frequency : frequencies)
      frequency = below(random, 2) * below(random, 1U << (1 + below(random, 16)));
    for (const unsigned longest : {9U, 12U, 15U}) {
      std::vector<std::uint8_t> lengths(frequencies.size());
      make_code_lengths(frequencies, longest, lengths);
      std::uint32_t kraft = 0;
      for (const auto length : lengths) kraft += length == 0 ? 0 : (1U << 15) >> length;
      EXPECT_EQ(kraft, 1U << 15);
      EXPECT_LE(*std::ranges::max_element(lengths), longest);
      for (std::size_t i = 0; i < lengths.size(); ++i)
        EXPECT_TRUE(frequencies[i] == 0 || lengths[i] > 0) << i;
    }
  }
}

TEST(PrefixCode, IsHuffmans) {
  // The example of RFC 1951 section 3.2.2: lengths (3, 3, 3, 3, 3, 2, 4, 4) and their codes.
  const std::array<std::uint32_t, 8> frequencies{10, 10, 10, 10, 10, 20, 5, 5};
  std::array<std::uint8_t, 8> lengths{};
  make_code_lengths(frequencies, 15, lengths);
  EXPECT_THAT(lengths, testing::ElementsAre(3, 3, 3, 3, 3, 2, 4, 4));
  std::array<std::uint16_t, 8> codes{};
  make_codes(lengths, codes);
  EXPECT_THAT(codes, testing::ElementsAre(0b010, 0b110, 0b001, 0b101, 0b011, 0b00, 0b0111, 0b1111));
}

TEST(Tokens, CoverEveryLengthAndDistanceOfTheStandard) {
  // RFC 1951 section 3.2.5, the rows at the ends of the tables.
  EXPECT_EQ(length_tokens[3], 257U);
  EXPECT_EQ(length_tokens[10], 264U);
  EXPECT_EQ(length_tokens[12], 265U | 1U << symbol_bits);
  EXPECT_EQ(length_tokens[257], 284U | 30U << symbol_bits);
  EXPECT_EQ(length_tokens[258], 285U);
  EXPECT_EQ(extra_bits[284], 5U);
  EXPECT_EQ(extra_bits[285], 0U);
  EXPECT_EQ(distance_token(2), first_distance + 1);
  EXPECT_EQ(distance_token(4), first_distance + 3);
  EXPECT_EQ(distance_token(6), (first_distance + 4) | 1U << symbol_bits);
  EXPECT_EQ(distance_token(24'576), (first_distance + 28) | 8'191U << symbol_bits);
  EXPECT_EQ(distance_token(32'768), (first_distance + 29) | 8'191U << symbol_bits);
  EXPECT_EQ(extra_bits[first_distance + 3], 0U);
  EXPECT_EQ(extra_bits[first_distance + 29], 13U);
}

}  // namespace
}  // namespace dcmflow::deflate
