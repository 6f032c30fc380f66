#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <random>
#include <thread>

#include "stages/formats/formats.h"

namespace dcmflow {
namespace {

using Bytes = std::vector<std::uint8_t>;

// Tissue with noise in every fourth byte pair, the rest air: compressible, and not the same
// anywhere.
Bytes image_like(std::size_t size) {
  Bytes bytes(size);
  std::mt19937 random(7);
  for (std::size_t i = 0; i < size; ++i)
    bytes[i] = i % 4096 < 1024 ? static_cast<std::uint8_t>(random() % 16) : 24;
  return bytes;
}

std::vector<std::span<const std::uint8_t>> cut(const Bytes& bytes, std::size_t size) {
  std::vector<std::span<const std::uint8_t>> blocks;
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    blocks.push_back(std::span(bytes).subspan(at, std::min(size, bytes.size() - at)));
  }
  return blocks;
}

std::string join(const std::vector<GzipBlock>& blocks) {
  std::string member = gzip_begin();
  std::uint32_t crc = 0;
  std::uint64_t uncompressed = 0;
  for (const GzipBlock& block : blocks) {
    member.append(block.bytes.begin(), block.bytes.end());
    crc = gzip_combine(crc, block);
    uncompressed += block.uncompressed;
  }
  return member + gzip_end(crc, uncompressed);
}

std::string gzip(const Bytes& bytes, std::size_t block_size) {
  std::vector<GzipBlock> blocks;
  for (const auto block : cut(bytes, block_size)) blocks.push_back(gzip_block(block));
  return join(blocks);
}

// What a reader gets that knows of one member only. zlib checks the CRC and the length at the end.
Bytes gunzip(std::string member, std::size_t expected_size) {
  Bytes bytes(expected_size + 1);
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(member.data());
  stream.avail_in = static_cast<uInt>(member.size());
  stream.next_out = bytes.data();
  stream.avail_out = static_cast<uInt>(bytes.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  EXPECT_EQ(stream.avail_in, 0U) << "bytes after the end of the member";
  bytes.resize(stream.total_out);
  inflateEnd(&stream);
  return bytes;
}

TEST(GzipBlocks, BeginWithAHeaderThatHoldsNoTimeAndNoName) {
  EXPECT_EQ(gzip_begin(), std::string("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10));
}

TEST(GzipBlocks, OfAnEmptyVolumeAreAValidMember) {
  EXPECT_TRUE(gunzip(join({}), 0).empty());
  EXPECT_TRUE(gunzip(join({gzip_block({})}), 0).empty());
}

TEST(GzipBlocks, InflateToTheSameBytesForAnyBlockSize) {
  const Bytes bytes = image_like(300'001);
  for (const std::size_t block_size : {std::size_t{997}, std::size_t{65'536}, bytes.size()}) {
    EXPECT_EQ(gunzip(gzip(bytes, block_size), bytes.size()), bytes) << block_size;
  }
}

TEST(GzipBlocks, OfMoreThanTheirRealSizeInflateToTheSameBytes) {
  const Bytes bytes = image_like(2 * gzip_block_bytes + 5);
  const std::string member = gzip(bytes, gzip_block_bytes);
  EXPECT_LT(member.size(), bytes.size() / 3);
  EXPECT_EQ(gunzip(member, bytes.size()), bytes);
}

TEST(GzipBlocks, OfOneByteInflateToIt) { EXPECT_EQ(gunzip(gzip({42}, 1), 1), Bytes{42}); }

TEST(GzipBlocks, OfNoiseGrowByLessThanAThousandth) {
  Bytes noise(gzip_block_bytes);
  std::mt19937 random(11);
  for (std::uint8_t& byte : noise) byte = static_cast<std::uint8_t>(random());
  const std::string member = gzip(noise, noise.size());
  EXPECT_LT(member.size(), noise.size() + noise.size() / 1000);
  EXPECT_EQ(gunzip(member, noise.size()), noise);
}

TEST(GzipBlocks, EndOnAByteBoundaryWithAnEmptyStoredBlock) {
  for (const std::size_t size : {1, 2, 3, 100, 5000, 200'000}) {
    const Bytes block = gzip_block(image_like(size)).bytes;
    ASSERT_GE(block.size(), 5U);
    EXPECT_THAT(Bytes(block.end() - 4, block.end()), testing::ElementsAre(0, 0, 0xff, 0xff))
        << size;
  }
}

TEST(GzipBlocks, KnowTheCrcAndTheLengthOfTheirContent) {
  const Bytes bytes = image_like(12'345);
  const GzipBlock block = gzip_block(bytes);
  EXPECT_EQ(block.crc, crc32(0, bytes.data(), static_cast<uInt>(bytes.size())));
  EXPECT_EQ(block.uncompressed, bytes.size());
}

TEST(GzipBlocks, AreTheSameWhoeverCompressesThemInWhateverOrder) {
  const Bytes bytes = image_like(1'000'000);
  const auto parts = cut(bytes, 100'000);
  const std::string in_order = gzip(bytes, 100'000);

  std::vector<GzipBlock> blocks(parts.size());
  for (std::size_t i = parts.size(); i-- > 0;) blocks[i] = gzip_block(parts[i]);
  EXPECT_EQ(join(blocks), in_order);

  std::vector<GzipBlock> from_threads(parts.size());
  {
    std::vector<std::jthread> threads;
    for (std::size_t thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&, thread] {
        for (std::size_t i = thread; i < parts.size(); i += 4)
          from_threads[i] = gzip_block(parts[i]);
      });
    }
  }
  EXPECT_EQ(join(from_threads), in_order);
}

TEST(GzipBlocks, WriteTheLengthModulo2To32) {
  const std::string end = gzip_end(0x04030201, (std::uint64_t{7} << 32) + 0x08070605);
  EXPECT_EQ(end, std::string("\x03\0\x01\x02\x03\x04\x05\x06\x07\x08", 10));
}

TEST(GzipBlocks, CombineTheCrcOfBlocksBeyond4GiB) {
  // The CRC of n zero bytes by doubling, so that no large block has to be made.
  const auto zeros = [](std::uint64_t n) {
    const std::uint8_t zero = 0;
    GzipBlock all{{}, 0, 0};
    for (int bit = 63; bit >= 0; --bit) {
      all = {{}, gzip_combine(all.crc, all), 2 * all.uncompressed};
      if ((n >> bit & 1) != 0)
        all = {{}, gzip_combine(all.crc, gzip_block({&zero, 1})), all.uncompressed + 1};
    }
    return all;
  };
  const std::uint64_t large = (std::uint64_t{1} << 32) + 7;
  EXPECT_EQ(gzip_combine(zeros(5).crc, zeros(large)), gzip_combine(zeros(large).crc, zeros(5)));
  EXPECT_NE(gzip_combine(zeros(5).crc, zeros(large)), gzip_combine(zeros(5).crc, zeros(7)));
}

}  // namespace
}  // namespace dcmflow
