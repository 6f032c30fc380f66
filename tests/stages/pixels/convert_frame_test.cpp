#include "stages/pixels/convert_frame.h"

#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "stages/formats/formats.h"
#include "stages/pixels/choose_values.h"
#include "tests/support/instances.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Bytes = std::vector<std::uint8_t>;

class ConvertFrame : public testing::Test {
 protected:
  // An image of one row.
  static DicomBuilder row(unsigned columns, unsigned bits_allocated, unsigned bits_stored,
                          bool is_signed = false) {
    return DicomBuilder()
        .set("Rows", "1")
        .set("Columns", std::to_string(columns))
        .set("BitsAllocated", std::to_string(bits_allocated))
        .set("BitsStored", std::to_string(bits_stored))
        .set("HighBit", std::to_string(bits_stored - 1))
        .set("PixelRepresentation", is_signed ? "1" : "0");
  }

  static DicomBuilder colour_row(unsigned columns, const std::string& photometric,
                                 unsigned bits = 8) {
    return row(columns, bits, bits)
        .set("SamplesPerPixel", "3")
        .set("PlanarConfiguration", "0")
        .set("PhotometricInterpretation", photometric);
  }

  // Indexes 0 and up, four in a row; the tables are hexadecimal words.
  static DicomBuilder palette_row(const std::string& descriptor, const std::string& red,
                                  const std::string& green, const std::string& blue) {
    return row(4, 8, 8)
        .set("PhotometricInterpretation", "PALETTE COLOR")
        .set("RedPaletteColorLookupTableDescriptor", descriptor)
        .set("GreenPaletteColorLookupTableDescriptor", descriptor)
        .set("BluePaletteColorLookupTableDescriptor", descriptor)
        .set("RedPaletteColorLookupTableData", red)
        .set("GreenPaletteColorLookupTableData", green)
        .set("BluePaletteColorLookupTableData", blue)
        .pixels(Bytes{0, 1, 2, 3});
  }

  Result<ValueRange> convert(const DicomBuilder& file, VoxelType type,
                             std::string_view syntax = transfer_syntax::explicit_little,
                             std::uint32_t number = 0, const ImageOptions& options = {}) {
    const auto instance = decode_built(file, folder / "one.dcm", syntax);
    if (instance->defect()) return *instance->defect();
    Stack stack;
    stack.frames = {make_frame(instance, number)};
    EXPECT_TRUE(choose_values(stack, options));
    voxels.assign(instance->shared->layout.frame_voxels() * voxel_bytes(type), 0xAB);
    FrameBuffers buffers;
    return convert_frame(stack.frames.front(), type, buffers, voxels);
  }

  template <class Voxel>
  std::vector<Voxel> values() const {
    std::vector<Voxel> values(voxels.size() / sizeof(Voxel));
    std::memcpy(values.data(), voxels.data(), voxels.size());
    return values;
  }

  TemporaryFolder folder;
  Bytes voxels;
};

TEST_F(ConvertFrame, UnpacksSingleBitsFromTheLeastSignificantOfFramesThatShareAByte) {
  const auto file = row(5, 1, 1).set("NumberOfFrames", "3").pixels(Bytes{0b10100110, 0b00101101});
  // Bit for bit, the first first: 01100 10110 11010 0
  const auto expect = [&](std::string_view syntax) {
    ASSERT_TRUE(convert(file, VoxelType::int16, syntax, 0));
    EXPECT_THAT(values<std::int16_t>(), ElementsAre(0, 1, 1, 0, 0)) << syntax;
    ASSERT_TRUE(convert(file, VoxelType::int16, syntax, 1));
    EXPECT_THAT(values<std::int16_t>(), ElementsAre(1, 0, 1, 1, 0)) << syntax;
    ASSERT_TRUE(convert(file, VoxelType::int16, syntax, 2));
    EXPECT_THAT(values<std::int16_t>(), ElementsAre(1, 1, 0, 1, 0)) << syntax;
  };
  expect(transfer_syntax::explicit_little);
  expect(transfer_syntax::explicit_big);  // OW: swapped in pairs
  expect(transfer_syntax::deflated);
}

TEST_F(ConvertFrame, UnpacksTwelveBitsAllocated) {
  // 0x123 0xFFF 0x800, the least significant bits first.
  auto file = row(3, 12, 12, true).pixels(Bytes{0x23, 0xF1, 0xFF, 0x00, 0x08, 0x00});
  for (const auto syntax : {transfer_syntax::explicit_little, transfer_syntax::explicit_big}) {
    ASSERT_TRUE(convert(file, VoxelType::int16, syntax));
    EXPECT_THAT(values<std::int16_t>(), ElementsAre(0x123, -1, -2048));
  }
  file.set("BitsStored", "8").set("HighBit", "11").set("PixelRepresentation", "0");
  ASSERT_TRUE(convert(file, VoxelType::int16));
  EXPECT_THAT(values<std::int16_t>(), ElementsAre(0x12, 0xFF, 0x80));
}

TEST_F(ConvertFrame, RefusesPackedPixelsThatEndEarlyWithBothNumbers) {
  const auto file = row(9, 1, 1).set("NumberOfFrames", "2").pixels(Bytes{0xFF, 0xFF});
  const auto range = convert(file, VoxelType::int16);
  ASSERT_FALSE(range);
  EXPECT_EQ(range.problem().reason, Reason::pixel_data_short);
  EXPECT_THAT(range.problem().detail, testing::AllOf(HasSubstr("3 bytes"), HasSubstr("has 2")));
}

TEST_F(ConvertFrame, ReadsOddFramesOfBytesThatAreSwappedInPairs) {
  const auto file = row(3, 8, 8).set("NumberOfFrames", "2").pixels(Bytes{1, 2, 3, 4, 5, 6});
  for (const std::uint32_t number : {0U, 1U}) {
    ASSERT_TRUE(convert(file, VoxelType::int16, transfer_syntax::explicit_big, number));
    const auto first = static_cast<std::int16_t>(1 + 3 * number);
    EXPECT_THAT(values<std::int16_t>(), ElementsAre(first, first + 1, first + 2));
  }
}

DicomBuilder real_row(unsigned bits) {
  return DicomBuilder()
      .set("Rows", "1")
      .set("Columns", "3")
      .set("BitsAllocated", std::to_string(bits))
      .remove("BitsStored")
      .remove("HighBit")
      .remove("PixelRepresentation")
      .remove("PixelData");
}

TEST_F(ConvertFrame, KeepsFloatPixelDataAndMakesIntegersOfWhatIsWhole) {
  auto file = real_row(32).set("FloatPixelData", "-1.5\\0.25\\3e9");
  for (const auto syntax : {transfer_syntax::explicit_little, transfer_syntax::explicit_big}) {
    const auto range = convert(file, VoxelType::float32, syntax);
    ASSERT_TRUE(range) << range.problem().detail;
    EXPECT_THAT(values<float>(), ElementsAre(-1.5F, 0.25F, 3e9F));
    EXPECT_FALSE(range->integral);
    EXPECT_EQ(range->least, -1.5);
    EXPECT_EQ(range->greatest, 3e9);
  }
  file.set("FloatPixelData", "-7\\0\\12");
  const auto range = convert(file, VoxelType::int16);
  ASSERT_TRUE(range);
  EXPECT_TRUE(range->integral);
  EXPECT_THAT(values<std::int16_t>(), ElementsAre(-7, 0, 12));
}

TEST_F(ConvertFrame, SaysWhenADoubleIsRoundedAndRefusesOneBeyondFloat) {
  auto file = real_row(64).set("DoubleFloatPixelData", "0.5\\-2\\1024.25");
  auto range = convert(file, VoxelType::float32);
  ASSERT_TRUE(range) << range.problem().detail;
  EXPECT_FALSE(range->rounded);
  EXPECT_THAT(values<float>(), ElementsAre(0.5F, -2.F, 1024.25F));
  file.set("DoubleFloatPixelData", "0.5\\-2\\0.1");
  range = convert(file, VoxelType::float32);
  ASSERT_TRUE(range);
  EXPECT_TRUE(range->rounded);
  file.set("DoubleFloatPixelData", "0.5\\-2\\1e300");
  range = convert(file, VoxelType::float32);
  ASSERT_FALSE(range);
  EXPECT_EQ(range.problem().reason, Reason::pixel_layout_unsupported);
}

TEST_F(ConvertFrame, KeepsWhatIsNoNumberAndLeavesItOutOfTheRange) {
  std::vector<float> stored{std::numeric_limits<float>::quiet_NaN(), 2,
                            std::numeric_limits<float>::infinity()};
  const auto path = folder / "nan.dcm";
  real_row(32).set("FloatPixelData", "1\\2\\3").save(path);
  // DCMTK writes no NaN from text: the pixels are the last 12 bytes of the file.
  auto* file = std::fopen(path.c_str(), "r+b");
  ASSERT_NE(file, nullptr);
  ASSERT_EQ(std::fseek(file, -12, SEEK_END), 0);
  ASSERT_EQ(std::fwrite(stored.data(), 4, 3, file), 3U);
  ASSERT_EQ(std::fclose(file), 0);
  const auto instance = decode_path(path);
  ASSERT_TRUE(instance);
  voxels.resize(12);
  FrameBuffers buffers;
  const auto range = convert_frame(make_frame(*instance, 0), VoxelType::float32, buffers, voxels);
  ASSERT_TRUE(range);
  EXPECT_FALSE(range->integral);
  EXPECT_EQ(range->least, 2);
  EXPECT_EQ(range->greatest, 2);
  EXPECT_TRUE(std::isnan(values<float>()[0]));
  EXPECT_TRUE(std::isinf(values<float>()[2]));
}

TEST_F(ConvertFrame, SaysWhenFloatDoesNotHoldAnInteger) {
  const auto file = row(2, 32, 32).pixels(Bytes{0, 0, 0, 0x80, 0, 0, 0, 0xC0});
  auto range = convert(file, VoxelType::float32);
  ASSERT_TRUE(range);
  EXPECT_FALSE(range->rounded);
  EXPECT_THAT(values<float>(), ElementsAre(2147483648.F, 3221225472.F));
  range = convert(row(2, 32, 32).pixels(Bytes{1, 0, 0, 0x80, 0, 0, 0, 0}), VoxelType::float32);
  ASSERT_TRUE(range);
  EXPECT_TRUE(range->rounded);
}

TEST_F(ConvertFrame, TakesRgbByPixelAndByPlane) {
  const Bytes by_pixel{1, 2, 3, 4, 5, 6};
  for (const auto syntax : {transfer_syntax::explicit_little, transfer_syntax::explicit_big}) {
    const auto range = convert(colour_row(2, "RGB").pixels(by_pixel), VoxelType::rgb24, syntax);
    ASSERT_TRUE(range) << range.problem().detail;
    EXPECT_EQ(voxels, by_pixel);
    EXPECT_EQ(range->least, 1);
    EXPECT_EQ(range->greatest, 6);
    const Bytes by_plane{1, 4, 2, 5, 3, 6};
    ASSERT_TRUE(convert(colour_row(2, "RGB").set("PlanarConfiguration", "1").pixels(by_plane),
                        VoxelType::rgb24, syntax));
    EXPECT_EQ(voxels, by_pixel);
  }
}

TEST_F(ConvertFrame, ReducesWideColourToTheUpperEightOfBitsStored) {
  const Bytes words{0x34, 0x12, 0xFF, 0xFF, 0x00, 0x80};
  for (const auto syntax : {transfer_syntax::explicit_little, transfer_syntax::explicit_big}) {
    ASSERT_TRUE(convert(colour_row(1, "RGB", 16).pixels(words), VoxelType::rgb24, syntax));
    EXPECT_THAT(voxels, ElementsAre(0x12, 0xFF, 0x80));
  }
  ASSERT_TRUE(
      convert(colour_row(1, "RGB", 16).set("BitsStored", "12").set("HighBit", "11").pixels(words),
              VoxelType::rgb24));
  EXPECT_THAT(voxels, ElementsAre(0x23, 0xFF, 0x00));
  ASSERT_TRUE(convert(colour_row(1, "RGB", 32)
                          .set("PlanarConfiguration", "1")
                          .pixels(Bytes{0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3}),
                      VoxelType::rgb24));
  EXPECT_THAT(voxels, ElementsAre(1, 2, 3));
}

TEST_F(ConvertFrame, TurnsNativeYbrIntoRgb) {
  // Red, green, blue and white by PS3.3 C.7.6.3.1.2.
  ASSERT_TRUE(convert(colour_row(4, "YBR_FULL")
                          .pixels(Bytes{76, 85, 255, 150, 44, 21, 29, 255, 107, 255, 128, 128}),
                      VoxelType::rgb24));
  const std::array<int, 12> expected{254, 0, 0, 0, 255, 1, 0, 0, 254, 255, 255, 255};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(voxels[i], expected[i], 1) << i;
}

TEST_F(ConvertFrame, GivesBothPixelsOfAPairTheChromaOfYbr422) {
  ASSERT_TRUE(
      convert(colour_row(4, "YBR_FULL_422").pixels(Bytes{76, 150, 128, 128, 76, 86, 85, 255}),
              VoxelType::rgb24));
  EXPECT_THAT(std::span(voxels).first(6), ElementsAre(76, 76, 76, 150, 150, 150));
  EXPECT_THAT(std::span(voxels).last(6), ElementsAre(254, 0, 0, 255, 10, 10));
  // All three samples under that name.
  ASSERT_TRUE(convert(colour_row(2, "YBR_FULL_422").pixels(Bytes{76, 128, 128, 9, 128, 128}),
                      VoxelType::rgb24));
  EXPECT_THAT(voxels, ElementsAre(76, 76, 76, 9, 9, 9));
}

TEST_F(ConvertFrame, LooksUpPalettesOfBothWidthsInBothByteOrders) {
  for (const auto syntax : {transfer_syntax::explicit_little, transfer_syntax::explicit_big,
                            transfer_syntax::implicit_little, transfer_syntax::deflated}) {
    // Three entries from index 1: what is beyond has that of the end.
    auto range =
        convert(palette_row("3\\1\\16", "1111\\2222\\3333", "4400\\5500\\6600", "0000\\0000\\FFFF"),
                VoxelType::rgb24, syntax);
    ASSERT_TRUE(range) << range.problem().detail;
    EXPECT_THAT(voxels, ElementsAre(0x11, 0x44, 0, 0x11, 0x44, 0, 0x22, 0x55, 0, 0x33, 0x66, 0xFF));
    // Two bytes in a word, the first in the lower half.
    range = convert(palette_row("4\\0\\8", "0201\\0403", "0605\\0807", "0A09\\0C0B"),
                    VoxelType::rgb24, syntax);
    ASSERT_TRUE(range) << range.problem().detail;
    EXPECT_THAT(voxels, ElementsAre(1, 5, 9, 2, 6, 10, 3, 7, 11, 4, 8, 12));
  }
}

TEST_F(ConvertFrame, TakesSixteenBitEntriesThatUseOnlyEightAsTheyAre) {
  ASSERT_TRUE(convert(palette_row("4\\0\\16", "01\\02\\03\\FF", "0\\0\\0\\0", "9\\8\\7\\6"),
                      VoxelType::rgb24));
  EXPECT_THAT(voxels, ElementsAre(1, 0, 9, 2, 0, 8, 3, 0, 7, 0xFF, 0, 6));
}

TEST_F(ConvertFrame, FollowsPixelRepresentationInTheFirstEntryOfAPalette) {
  auto file = palette_row("4\\0\\16", "100\\200\\300\\400", "0\\0\\0\\0", "0\\0\\0\\0");
  for (const auto* colour : {"Red", "Green", "Blue"})
    file.set(colour + std::string("PaletteColorLookupTableDescriptor"), "4\\65534\\16");
  file.set("PixelRepresentation", "1").pixels(Bytes{0xFE, 0xFF, 0, 1});
  ASSERT_TRUE(convert(file, VoxelType::rgb24));
  EXPECT_THAT(voxels, ElementsAre(1, 0, 0, 2, 0, 0, 3, 0, 0, 4, 0, 0));
}

TEST_F(ConvertFrame, ExpandsSegmentedPalettes) {
  auto file = palette_row("4\\0\\16", "", "", "");
  // Two discrete values and a ramp of two; a ramp; the discrete segment again, by a copy.
  file.set("SegmentedRedPaletteColorLookupTableData", "0\\2\\0100\\0200\\1\\2\\0400")
      .set("SegmentedGreenPaletteColorLookupTableData", "0\\1\\0000\\1\\3\\0300")
      .set("SegmentedBluePaletteColorLookupTableData", "0\\2\\0500\\0600\\2\\1\\0\\0");
  const auto range = convert(file, VoxelType::rgb24);
  ASSERT_TRUE(range) << range.problem().detail;
  EXPECT_THAT(voxels, ElementsAre(1, 0, 5, 2, 1, 6, 3, 2, 5, 4, 3, 6));
}

TEST_F(ConvertFrame, RefusesAPaletteThatIsShortOrNotThereWithTheNumbers) {
  auto range =
      convert(palette_row("4\\0\\16", "1\\2\\3\\4", "1\\2", "1\\2\\3\\4"), VoxelType::rgb24);
  ASSERT_FALSE(range);
  EXPECT_EQ(range.problem().reason, Reason::malformed);
  EXPECT_EQ(range.problem().detail, "the green palette has 2 entries; its descriptor promises 4");
  auto file = palette_row("4\\0\\16", "1\\2\\3\\4", "1\\2\\3\\4", "1\\2\\3\\4");
  range = convert(file.remove("BluePaletteColorLookupTableDescriptor"), VoxelType::rgb24);
  ASSERT_FALSE(range);
  EXPECT_THAT(range.problem().detail, HasSubstr("blue palette"));
}

TEST_F(ConvertFrame, AppliesAModalityLutInPlaceOfTheRescale) {
  auto file = row(4, 16, 12, true)
                  .set("RescaleSlope", "2")
                  .pixels16(std::vector<std::int32_t>{-3, -2, 0, 5});
  file.set_in("ModalityLUTSequence", 0, "LUTDescriptor", "3\\-2\\16")
      .set_in("ModalityLUTSequence", 0, "LUTData", "100\\200\\60000");
  for (const auto syntax : {transfer_syntax::explicit_little, transfer_syntax::explicit_big,
                            transfer_syntax::implicit_little, transfer_syntax::deflated}) {
    const auto range = convert(file, VoxelType::uint16, syntax);
    ASSERT_TRUE(range) << range.problem().detail;
    EXPECT_TRUE(range->integral);
    EXPECT_EQ(range->greatest, 60000);
    EXPECT_THAT(values<std::uint16_t>(), ElementsAre(100, 100, 60000, 60000));
  }
  ASSERT_TRUE(convert(file.undefined_lengths(), VoxelType::uint16));
  EXPECT_THAT(values<std::uint16_t>(), ElementsAre(100, 100, 60000, 60000));
}

TEST_F(ConvertFrame, TellsBitsThatAModalityLutIsNotAskedFor) {
  for (const int more : {0, 0x1000}) {
    auto file = row(2, 16, 12).pixels16(std::vector<std::int32_t>{1, 2 + more});
    file.set_in("ModalityLUTSequence", 0, "LUTDescriptor", "3\\0\\16")
        .set_in("ModalityLUTSequence", 0, "LUTData", "100\\200\\300");
    const auto range = convert(file, VoxelType::uint16);
    ASSERT_TRUE(range) << range.problem().detail;
    EXPECT_THAT(values<std::uint16_t>(), ElementsAre(200, 300));
    EXPECT_EQ(range->masked, more != 0);
  }
}

TEST_F(ConvertFrame, RefusesAModalityLutWithFewerEntriesThanItPromises) {
  auto file = row(4, 16, 16);
  file.set_in("ModalityLUTSequence", 0, "LUTDescriptor", "0\\0\\16")
      .set_in("ModalityLUTSequence", 0, "LUTData", "100\\200");
  const auto range = convert(file, VoxelType::int16);
  ASSERT_FALSE(range);
  EXPECT_EQ(range.problem().reason, Reason::malformed);
  EXPECT_EQ(range.problem().detail,
            "the Modality LUT has 2 entries; its descriptor promises 65536");
}

TEST_F(ConvertFrame, AppliesARealWorldLookupTableOfReals) {
  auto file = row(3, 16, 16).pixels16(std::vector<std::int32_t>{9, 10, 11});
  file.set_in("RealWorldValueMappingSequence", 0, "RealWorldValueFirstValueMapped", "10")
      .set_in("RealWorldValueMappingSequence", 0, "RealWorldValueLUTData", "0.5\\2.25");
  const auto range =
      convert(file, VoxelType::float32, transfer_syntax::explicit_little, 0, {.real_world = true});
  ASSERT_TRUE(range) << range.problem().detail;
  EXPECT_FALSE(range->integral);
  EXPECT_THAT(values<float>(), ElementsAre(0.5F, 0.5F, 2.25F));
}

}  // namespace
}  // namespace dcmflow
