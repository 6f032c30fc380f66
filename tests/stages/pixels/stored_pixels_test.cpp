// From the file to the pixels of a frame: every transfer syntax, plain and within a gzip file.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "stages/pixels/read_frame.h"
#include "tests/support/instances.h"
#include "tests/support/sanitizers.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

using testing::HasSubstr;
using Bytes = std::vector<std::uint8_t>;

constexpr int frames = 3;
constexpr int frame_pixels = 20 * 12;

// Frame f holds 1000 f + its pixels' numbers, and is not smooth.
std::vector<std::int32_t> frame_values() {
  std::vector<std::int32_t> values;
  for (int i = 0; i < frames * frame_pixels; ++i)
    values.push_back(1000 * (i / frame_pixels) + i % frame_pixels + i * i % 7);
  return values;
}

DicomBuilder three_frames() {
  return DicomBuilder()
      .set("Columns", "20")
      .set("Rows", "12")
      .set("NumberOfFrames", std::to_string(frames))
      .set("BitsStored", "12")
      .set("HighBit", "11")
      .set("PixelRepresentation", "0")
      .pixels16(frame_values());
}

DicomBuilder one_frame() {
  return three_frames().remove("NumberOfFrames").pixels16([] {
    auto values = frame_values();
    values.resize(frame_pixels);
    return values;
  }());
}

Bytes gzip(const Bytes& content, int level = 6) {
  z_stream z{};
  EXPECT_EQ(deflateInit2(&z, level, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  Bytes stream(deflateBound(&z, content.size()) + 32);
  Bytes input = content;
  z.next_in = input.data();
  z.avail_in = static_cast<uInt>(input.size());
  z.next_out = stream.data();
  z.avail_out = static_cast<uInt>(stream.size());
  EXPECT_EQ(deflate(&z, Z_FINISH), Z_STREAM_END);
  stream.resize(z.total_out);
  deflateEnd(&z);
  return stream;
}

class StoredPixelsTest : public testing::Test {
 protected:
  Result<InstancePtr> decode(const Bytes& bytes) {
    const std::string path = folder / "file";
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    return decode_path(path);
  }

  Result<std::span<const std::uint8_t>> read(const InstancePtr& instance, std::uint32_t number) {
    Frame frame;
    frame.instance = instance;
    frame.number = number;
    return read_frame(frame, buffers);
  }

  void expect_frame(const InstancePtr& instance, int number) {
    const auto pixels = read(instance, static_cast<std::uint32_t>(number));
    ASSERT_TRUE(pixels) << pixels.problem().detail;
    ASSERT_EQ(pixels->size(), frame_pixels * 2U);
    std::vector<std::uint16_t> found(frame_pixels);
    std::memcpy(found.data(), pixels->data(), pixels->size());
    const auto values = frame_values();
    for (int i = 0; i < frame_pixels; ++i)
      ASSERT_EQ(found[static_cast<std::size_t>(i)],
                values[static_cast<std::size_t>(number * frame_pixels + i)])
          << "pixel " << i << " of frame " << number;
  }

  TemporaryFolder folder;
  FrameBuffers buffers;
};

constexpr std::string_view lossless_syntaxes[] = {
    transfer_syntax::implicit_little,
    transfer_syntax::explicit_little,
    transfer_syntax::explicit_big,
    transfer_syntax::deflated,
    transfer_syntax::rle,
    transfer_syntax::encapsulated_uncompressed,
    transfer_syntax::jpeg_lossless,
    transfer_syntax::jpeg_ls,
    transfer_syntax::jpeg_lossless_sv1,
    transfer_syntax::jpeg_2000_lossless,
};

TEST_F(StoredPixelsTest, GivesEveryFrameInAnyOrderFromEveryLosslessSyntax) {
  for (const auto syntax : lossless_syntaxes) {
    SCOPED_TRACE(syntax);
    const auto plain = decode(three_frames().bytes(syntax));
    ASSERT_TRUE(plain);
    for (const int number : {0, 1, 2, 0, 2, 2, 1}) expect_frame(*plain, number);
  }
}

TEST_F(StoredPixelsTest, GivesTheSameFromAGzipFile) {
  for (const auto syntax : lossless_syntaxes) {
    SCOPED_TRACE(syntax);
    const auto zipped = decode(gzip(three_frames().bytes(syntax)));
    ASSERT_TRUE(zipped) << zipped.problem().detail;
    EXPECT_EQ((*zipped)->shared->transfer_syntax_uid, syntax);
    EXPECT_EQ((*zipped)->shared->series_instance_uid, "1.2.3.4");
    for (const int number : {0, 1, 2, 0, 2, 2, 1}) expect_frame(*zipped, number);
    const auto single = decode(gzip(one_frame().bytes(syntax)));
    ASSERT_TRUE(single);
    expect_frame(*single, 0);
  }
}

TEST_F(StoredPixelsTest, ReadsGzipFilesOfManyMembers) {
  const Bytes content = three_frames().bytes();
  Bytes file;
  for (std::size_t at = 0; at < content.size(); at += 100) {
    const auto end = std::min(at + 100, content.size());
    const Bytes member = gzip(Bytes(content.begin() + static_cast<std::ptrdiff_t>(at),
                                    content.begin() + static_cast<std::ptrdiff_t>(end)));
    file.insert(file.end(), member.begin(), member.end());
  }
  file.push_back(0);  // padding
  const auto instance = decode(file);
  ASSERT_TRUE(instance);
  expect_frame(*instance, 2);
}

TEST_F(StoredPixelsTest, ReadsOnlyTheBytesOfTheFrame) {
  const auto instance = decode(three_frames().bytes(transfer_syntax::encapsulated_uncompressed));
  // Its file is about to be cut.
  boost::const_pointer_cast<File>((*instance)->file)->version = {};
  ASSERT_TRUE(instance);
  expect_frame(*instance, 0);
  // The offset table has three numbers; each frame has an item of its own.
  const auto behind_first = (*instance)->pixel_data.offset + 8 + 12 + 8 + frame_pixels * 2;
  std::filesystem::resize_file(folder / "file", behind_first);
  expect_frame(*instance, 0);
  const auto second = read(*instance, 1);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.problem().reason, Reason::pixel_data_short);
}

// 4 GB of them would be seen.
TEST_F(StoredPixelsTest, TakesNoMemoryForPixelsThatAFrameDoesNotHold) {
  if (is_sanitized) GTEST_SKIP() << "a sanitizer marks memory that nobody touches, an eighth of it";
  const auto memory = [] {
    struct rusage usage {};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
  };
  const auto before = memory();
  for (const auto syntax : {transfer_syntax::rle, transfer_syntax::jpeg_lossless,
                            transfer_syntax::jpeg_ls, transfer_syntax::jpeg_2000_lossless}) {
    Bytes file = one_frame().bytes(syntax);
    constexpr std::array<std::uint8_t, 10> rows = {0x28, 0, 0x10, 0, 'U', 'S', 2, 0, 12, 0};
    const auto at = std::search(file.begin(), file.end(), rows.begin(), rows.end());
    ASSERT_NE(at, file.end());
    std::fill_n(at + 8, 2, std::uint8_t{0xFF});
    std::fill_n(at + 18, 2, std::uint8_t{0x7F});  // Columns are the next element
    const auto instance = decode(file);
    ASSERT_TRUE(instance);
    ASSERT_EQ((*instance)->shared->layout.frame_bytes(), 65535ULL * 32639 * 2);
    const auto pixels = read(*instance, 0);
    ASSERT_FALSE(pixels);
    EXPECT_EQ(pixels.problem().reason, Reason::decode_failed) << syntax;
  }
  EXPECT_LT(memory() - before, 500'000) << "kB";
}

TEST_F(StoredPixelsTest, TellsOneFileFromTheNext) {
  const auto first = decode(gzip(three_frames().bytes(transfer_syntax::jpeg_2000_lossless)));
  ASSERT_TRUE(first);
  expect_frame(*first, 1);
  auto values = frame_values();
  std::ranges::reverse(values);
  const auto second = decode_built(three_frames().pixels16(values), folder / "other",
                                   transfer_syntax::jpeg_2000_lossless);
  const auto pixels = read(second, 0);
  ASSERT_TRUE(pixels);
  std::uint16_t corner = 0;
  std::memcpy(&corner, pixels->data(), 2);
  EXPECT_EQ(corner, values.front());
  expect_frame(*first, 1);
}

TEST_F(StoredPixelsTest, LeavesGzipFilesWithoutDicomAlone) {
  for (const Bytes& content : {Bytes(), Bytes(1000, 'x'), Bytes{0x5C, 1, 0, 0}}) {
    const auto decoded = decode(gzip(content));
    ASSERT_FALSE(decoded);
    EXPECT_EQ(decoded.problem().reason, Reason::not_dicom);
  }
  Bytes no_stream = gzip(Bytes(1000, 'x'));
  no_stream[10] = 0xFF;
  EXPECT_EQ(decode(no_stream).problem().reason, Reason::not_dicom);
}

TEST_F(StoredPixelsTest, SaysWhatATruncatedOrDamagedGzipFileLacks) {
  for (const auto syntax : {transfer_syntax::explicit_little, transfer_syntax::deflated,
                            transfer_syntax::jpeg_2000_lossless}) {
    const Bytes whole = gzip(three_frames().bytes(syntax));
    int refused_pixels = 0;
    // The last eight bytes are a sum and a length.
    for (std::size_t size = 1; size + 8 < whole.size(); size += 7) {
      Bytes damaged = whole;
      if (size % 2 == 0)
        damaged.resize(size);
      else
        damaged[size] = static_cast<std::uint8_t>(damaged[size] ^ 0x10);
      const auto instance = decode(damaged);
      if (!instance) continue;
      const auto pixels = read(*instance, 2);
      if (pixels) continue;
      ++refused_pixels;
      EXPECT_EQ(pixels.problem().subject, "file");
      EXPECT_NE(pixels.problem().detail, "");
    }
    EXPECT_GT(refused_pixels, 5) << syntax;
  }
}

TEST_F(StoredPixelsTest, StopsInflatingAnEndlessHeader) {
  // 300 members of a megabyte of zeros each: inside of a private element, by its length.
  Bytes file = gzip([] {
    Bytes head = three_frames().bytes();
    head.resize(head.size() - 3 * frame_pixels * 2 - 12);  // without the pixel data
    const std::uint8_t element[] = {0xE1, 0x7F, 0x10, 0x10, 'O', 'B', 0, 0, 0xF0, 0xFF, 0xFF, 0xFF};
    head.insert(head.end(), std::begin(element), std::end(element));
    return head;
  }());
  const Bytes zeros = gzip(Bytes(1 << 20), 1);
  for (int i = 0; i < 300; ++i) file.insert(file.end(), zeros.begin(), zeros.end());
  ASSERT_LT(file.size(), 2'000'000U);
  const auto decoded = decode(file);
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.problem().reason, Reason::malformed);
  EXPECT_THAT(decoded.problem().detail, HasSubstr("more than 268435456 bytes to inflate"));
}

TEST_F(StoredPixelsTest, TakesNoMemoryForPixelsThatAGzipFileCannotHold) {
  const auto instance = decode(gzip(three_frames()
                                        .set("Rows", "65535")
                                        .set("Columns", "30000")
                                        .remove("NumberOfFrames")
                                        .bytes()));
  ASSERT_TRUE(instance);
  const auto pixels = read(*instance, 0);
  ASSERT_FALSE(pixels);
  EXPECT_EQ(pixels.problem().reason, Reason::pixel_data_short);
  EXPECT_THAT(pixels.problem().detail, HasSubstr("promises 3932100000 bytes of pixels"));
}

TEST_F(StoredPixelsTest, RefusesMillionsOfFragments) {
  Bytes file = three_frames().bytes(transfer_syntax::encapsulated_uncompressed);
  const std::uint8_t delimiter[] = {0xFE, 0xFF, 0xDD, 0xE0};
  const auto end =
      std::search(file.begin(), file.end(), std::begin(delimiter), std::end(delimiter));
  ASSERT_NE(end, file.end());
  file.erase(end, file.end());
  for (int i = 0; i < (1 << 22); ++i) file.insert(file.end(), {0xFE, 0xFF, 0x00, 0xE0, 0, 0, 0, 0});
  const auto instance = decode(file);
  ASSERT_TRUE(instance);
  const auto pixels = read(*instance, 0);
  ASSERT_FALSE(pixels);
  EXPECT_EQ(pixels.problem().reason, Reason::malformed);
  EXPECT_THAT(pixels.problem().detail, HasSubstr("more than 4194304 fragments"));
}

// Frames of a stream that are asked for from the last to the first: going back inflates from a
// place that was remembered, and not from the beginning.
TEST_F(StoredPixelsTest, GivesTheSameFramesOfAStreamBackwards) {
  constexpr std::uint32_t many = 40;
  constexpr std::size_t side = 256;
  std::vector<std::int32_t> values;
  for (std::uint32_t i = 0; i < many * side * side; ++i)
    values.push_back(
        static_cast<std::int32_t>((i / (side * side) * 100 + i % 97 + i * i % 31) % 32768));
  const auto file = DicomBuilder()
                        .set("Columns", std::to_string(side))
                        .set("Rows", std::to_string(side))
                        .set("NumberOfFrames", std::to_string(many))
                        .pixels16(values);
  for (const auto& content :
       {file.bytes(transfer_syntax::deflated), gzip(file.bytes()),
        gzip(file.bytes(transfer_syntax::deflated)), gzip(file.bytes(transfer_syntax::rle))}) {
    const auto decoded = decode(content);
    ASSERT_TRUE(decoded) << decoded.problem().detail;
    const auto& instance = *decoded;
    for (std::uint32_t n = many; n-- > 0;) {
      const auto pixels = read_frame({.instance = instance, .number = n}, buffers);
      ASSERT_TRUE(pixels) << pixels.problem().detail;
      ASSERT_EQ(pixels->size(), side * side * 2);
      std::vector<std::int16_t> read(side * side);
      std::memcpy(read.data(), pixels->data(), pixels->size());
      ASSERT_TRUE(std::ranges::equal(read, std::span(values).subspan(n * side * side, side * side),
                                     [](auto a, auto b) { return a == b; }))
          << "frame " << n;
    }
  }
}

}  // namespace
}  // namespace dcmflow
