// Frames of compressed multi-frame files, whichever is asked for.

#include "stages/codecs/read_frame.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "tests/support/instances.h"
#include "tests/support/multi_frame.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

class ReadFrame : public testing::Test {
 protected:
  static std::vector<std::uint8_t> pixels_of(const InstancePtr& instance, std::uint32_t number,
                                             FrameBuffers& buffers) {
    const auto pixels = read_frame({.instance = instance, .number = number}, buffers);
    EXPECT_TRUE(pixels) << pixels.problem().detail;
    return pixels ? std::vector<std::uint8_t>(pixels->begin(), pixels->end())
                  : std::vector<std::uint8_t>();
  }

  TemporaryFolder folder;
  const DicomBuilder file = enhanced_phantom({.series = {.slices = 5}});
  const InstancePtr plain = decode_built(file, folder / "plain.dcm");
};

TEST_F(ReadFrame, GivesEveryFrameOfACompressedFileInAnyOrder) {
  for (const auto syntax :
       {transfer_syntax::rle, transfer_syntax::jpeg_ls, transfer_syntax::jpeg_2000_lossless,
        transfer_syntax::jpeg_lossless_sv1}) {
    const auto packed = decode_built(file, folder / "packed.dcm", syntax);
    FrameBuffers buffers;
    for (const std::uint32_t number : {3U, 0U, 4U, 4U, 1U, 2U})
      EXPECT_EQ(pixels_of(packed, number, buffers), pixels_of(plain, number, buffers))
          << syntax << " frame " << number;
  }
}

// What is known of one file is not believed of the next one, even at the same place in memory.
TEST_F(ReadFrame, LooksAtEachFileAnew) {
  FrameBuffers buffers;
  for (unsigned frames = 2; frames < 5; ++frames) {
    const auto other =
        enhanced_phantom({.series = {.slices = frames, .slice_spacing = 1.0 * frames}});
    const auto path = folder / "other.dcm";
    const auto packed = decode_built(other, path, transfer_syntax::rle);
    const auto last = pixels_of(packed, frames - 1, buffers);
    EXPECT_EQ(last, pixels_of(decode_built(other, path), frames - 1, buffers)) << frames;
  }
}

TEST_F(ReadFrame, BeyondTheLastOneIsAProblem) {
  const auto packed = decode_built(file, folder / "packed.dcm", transfer_syntax::rle);
  FrameBuffers buffers;
  const auto pixels = read_frame({.instance = packed, .number = 5}, buffers);
  ASSERT_FALSE(pixels);
  EXPECT_EQ(pixels.problem().reason, Reason::pixel_data_short);
  EXPECT_EQ(pixels.problem().detail, "frame 6 of 5");
  EXPECT_EQ(pixels.problem().subject, "packed.dcm");
}

TEST_F(ReadFrame, ReadsOnlyTheBytesOfTheFrame) {
  const auto packed = decode_built(file, folder / "packed.dcm", transfer_syntax::rle);
  FrameBuffers buffers;
  pixels_of(packed, 0, buffers);
  // The first frame is whole even when the file ends behind it.
  const auto second = buffers.index.frames.at(1).front();
  std::filesystem::resize_file(folder / "packed.dcm", packed->pixel_data.offset + second.offset);
  EXPECT_EQ(pixels_of(packed, 0, buffers), pixels_of(plain, 0, buffers));
  EXPECT_LT(buffers.fragments.size(), packed->pixel_data.length / 2);
}

}  // namespace
}  // namespace dcmflow
