// Mosaics become frames whose voxels lie where the scanner measured them.

#include "tests/support/mosaic.h"

#include <gmock/gmock.h>

#include <cstring>
#include <filesystem>

#include "stages/base/reasons.h"
#include "stages/base/vector3.h"
#include "stages/dicom/vendor/slice_times.h"
#include "stages/pixels/read_frame.h"
#include "stages/sort_slices.h"
#include "tests/support/instances.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Mosaics : public ::testing::Test {
 protected:
  InstancePtr decode(const DicomBuilder& file,
                     std::string_view syntax = transfer_syntax::explicit_little) {
    return decode_built(file, folder / "one.dcm", syntax);
  }

  std::string reason_of(const DicomBuilder& file) {
    const auto instance = decode(file);
    if (!instance->defect()) return "";
    detail = instance->defect()->detail;
    return std::string(reason_code(instance->defect()->reason));
  }

  TemporaryFolder folder;
  std::string detail;
};

// Every voxel of the frame is the ramp at its place.
void expect_ramp_in(const Frame& frame, const MosaicPhantom& phantom, FrameBuffers& buffers) {
  const auto pixels = read_frame(frame, buffers);
  ASSERT_TRUE(pixels) << pixels.problem().detail;
  ASSERT_EQ(pixels->size(), 2U * phantom.rows * phantom.columns);
  for (unsigned voxel = 0; voxel < phantom.rows * phantom.columns; ++voxel) {
    const unsigned i = voxel % phantom.columns;
    const unsigned j = voxel / phantom.columns;
    std::int16_t stored = 0;
    std::memcpy(&stored, pixels->data() + std::size_t{2} * voxel, 2);
    const auto at = frame.position + phantom.row * (i * phantom.column_spacing) +
                    phantom.column * (j * phantom.row_spacing);
    ASSERT_NEAR(stored, ramp(at), 0.5 + 1e-6) << frame.number << ' ' << voxel;
  }
}

// The frames are the tiles of the phantom.
void expect_ramp(const InstancePtr& instance, const MosaicPhantom& phantom) {
  ASSERT_FALSE(instance->defect()) << instance->defect()->detail;
  ASSERT_EQ(instance->pixel_data.number_of_frames, phantom.tiles);
  EXPECT_EQ(instance->pixel_data.tiles_across, phantom.across);
  EXPECT_EQ(instance->shared->layout.rows, phantom.rows);
  EXPECT_EQ(instance->shared->layout.columns, phantom.columns);
  FrameBuffers buffers;
  // Backwards, since nobody promises the order.
  for (unsigned tile = phantom.tiles; tile-- > 0;) {
    const auto frame = make_frame(instance, tile);
    for (std::size_t axis = 0; axis < 3; ++axis)
      EXPECT_NEAR(frame.position[axis], phantom.position(tile)[axis], 1e-6) << tile;
    expect_ramp_in(frame, phantom, buffers);
  }
}

DicomBuilder siemens_mosaic(const MosaicPhantom& phantom, CsaFormat format = CsaFormat::sv10) {
  auto file = mosaic_file(phantom);
  set_csa(file, 0x10, csa_header(csa_image_elements(phantom), format));
  return file;
}

TEST_F(Mosaics, LieWhereTheCsaHeaderSays) {
  for (const auto format : {CsaFormat::older, CsaFormat::sv10})
    for (const double step : {4.0, -4.0}) {
      const MosaicPhantom phantom{.step = step};
      expect_ramp(decode(siemens_mosaic(phantom, format)), phantom);
    }
}

TEST_F(Mosaics, AreReadInEveryKindOfTransferSyntax) {
  const MosaicPhantom phantom{.columns = 8, .rows = 8, .tiles = 7};
  for (const auto syntax :
       {transfer_syntax::implicit_little, transfer_syntax::explicit_big, transfer_syntax::deflated,
        transfer_syntax::jpeg_ls, transfer_syntax::jpeg_2000_lossless, transfer_syntax::rle}) {
    SCOPED_TRACE(syntax);
    expect_ramp(decode(siemens_mosaic(phantom), syntax), phantom);
  }
}

TEST_F(Mosaics, MayBeASingleTile) {
  const MosaicPhantom phantom{.tiles = 1, .across = 1, .down = 1};
  expect_ramp(decode(siemens_mosaic(phantom)), phantom);
}

TEST_F(Mosaics, GoTheWayOfTheProtocolWhereverItBegins) {
  for (const double step : {4.0, -4.0})
    for (const bool reversed : {false, true}) {
      const MosaicPhantom phantom{.step = step};
      auto file = mosaic_file(phantom);
      set_csa(file, 0x20, csa_header(csa_series_elements(phantom, reversed), CsaFormat::sv10));
      expect_ramp(decode(file), phantom);
      // The position proves more than a normal that contradicts it.
      MosaicPhantom mirrored = phantom;
      mirrored.step = -step;
      set_csa(file, 0x10, csa_header(csa_image_elements(mirrored), CsaFormat::sv10));
      expect_ramp(decode(file), phantom);
      expect_ramp(decode(file.remove("0029,0010")), phantom);
    }
}

TEST_F(Mosaics, GoTheWayOfTheNormalWhenTheProtocolWasMadeForAnotherPlace) {
  const MosaicPhantom phantom{.step = -4};
  MosaicPhantom elsewhere = phantom;
  elsewhere.first[2] += 100;
  elsewhere.step = 4;
  auto file = siemens_mosaic(phantom);
  set_csa(file, 0x20, csa_header(csa_series_elements(elsewhere), CsaFormat::sv10));
  expect_ramp(decode(file), phantom);
}

TEST_F(Mosaics, AreRefusedWhenTheirGeometryCannotBeKnown) {
  const MosaicPhantom phantom;
  EXPECT_EQ(reason_of(mosaic_file(phantom)), "mosaic_without_geometry");
  EXPECT_THAT(detail, HasSubstr("0 slices"));

  // The number alone does not say in which direction they go.
  auto numbered = mosaic_file(phantom);
  numbered.set_private(0x0019, "SIEMENS MR HEADER", 0x0A, "US", "5");
  EXPECT_EQ(reason_of(numbered), "mosaic_without_geometry");
  EXPECT_THAT(detail, HasSubstr("direction"));

  for (const auto* needed : {"ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing",
                             "SpacingBetweenSlices"}) {
    auto file = siemens_mosaic(phantom);
    EXPECT_EQ(reason_of(file.remove(needed)), "mosaic_without_geometry") << needed;
  }
}

TEST_F(Mosaics, AreRefusedWhenTheirTilesDoNotFit) {
  MosaicPhantom phantom;
  for (const unsigned tiles : {10U, 17U, 4000U, 100'000U}) {
    auto claimed = phantom;
    claimed.tiles = tiles;
    auto file = mosaic_file(phantom);
    set_csa(file, 0x10, csa_header(csa_image_elements(claimed), CsaFormat::sv10));
    EXPECT_EQ(reason_of(file), "mosaic_without_geometry") << tiles;
  }
}

TEST_F(Mosaics, AreRefusedWhenTheNormalIsNoNormal) {
  const MosaicPhantom phantom;
  auto file = mosaic_file(phantom);
  auto elements = csa_image_elements(phantom);
  elements.back().second = {"1", "0", "0"};
  set_csa(file, 0x10, csa_header(elements, CsaFormat::sv10));
  EXPECT_EQ(reason_of(file), "mosaic_without_geometry");
}

TEST_F(Mosaics, NeedAllPixelsOfTheStoredImage) {
  const MosaicPhantom phantom;
  auto file = siemens_mosaic(phantom);
  file.pixels(std::vector<std::uint8_t>(std::size_t{18} * 15 * 2 - 2));
  EXPECT_EQ(reason_of(file), "pixel_data_short");
  EXPECT_THAT(detail, HasSubstr("540"));
}

TEST_F(Mosaics, AreNoneWhenTheScannerHasTakenThemApart) {
  auto file = siemens_mosaic({});
  file.set_in("PerFrameFunctionalGroupsSequence[0].PlanePositionSequence", 0,
              "ImagePositionPatient", "0\\0\\0");
  const auto instance = decode(file);
  EXPECT_FALSE(instance->defect());
  EXPECT_EQ(instance->pixel_data.tiles_across, 0);
}

TEST_F(Mosaics, OfOneSizeDoNotShareHeadersWithPlainImages) {
  const MosaicPhantom phantom;
  const auto plain = decode(mosaic_file(phantom));
  const auto mosaic = decode(siemens_mosaic(phantom));
  EXPECT_EQ(plain->shared->layout.rows, 15);
  EXPECT_EQ(mosaic->shared->layout.rows, 5);
  EXPECT_EQ(decode(mosaic_file(phantom))->shared->layout.rows, 15);
}

TEST_F(Mosaics, BecomeOneImageInTheOrderOfTheirPositions) {
  const MosaicPhantom phantom{.step = -4};
  siemens_mosaic(phantom).save(folder / "one.dcm");
  const auto sorted =
      sort_slices(series_of({folder / "one.dcm"}), Tolerances{}, same_decoded_pixels, {});
  ASSERT_THAT(sorted.refused, IsEmpty());
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  const auto& grid = sorted.stacks.front().grid;
  EXPECT_THAT(grid.size, ElementsAre(6, 5, 5));
  EXPECT_NEAR(grid.spacing[2], 4, 1e-9);
  EXPECT_EQ(sorted.stacks.front().frames.front().number, 4U);
  EXPECT_LT(sorted.stacks.front().max_corner_error_mm, 1e-6);
}

TEST_F(Mosaics, TellWhenTheirSlicesWereAcquired) {
  const MosaicPhantom phantom{.tiles = 4, .across = 2, .down = 2};
  auto file = siemens_mosaic(phantom);
  EXPECT_THAT(slice_times_ms(make_frame(decode(file), 0)), IsEmpty());
  file.set_private(0x0019, "SIEMENS MR HEADER", 0x29, "FD", "0\\1450.5\\-20\\967.5");
  EXPECT_THAT(slice_times_ms(make_frame(decode(file), 2)), ElementsAre(0, 1450.5, -20, 967.5));
  file.set_private(0x0019, "SIEMENS MR HEADER", 0x29, "FD", "0\\1450.5");
  EXPECT_THAT(slice_times_ms(make_frame(decode(file), 0)), IsEmpty());
}

DicomBuilder uih_grid(const MosaicPhantom& phantom) {
  auto file = mosaic_file(phantom, "VFRAME");
  file.set("Manufacturer", "UIH").remove("ImagePositionPatient");
  file.set_private(0x0065, "Image Private Header", 0x50, "DS", std::to_string(phantom.tiles));
  for (unsigned tile = 0; tile < phantom.tiles; ++tile) {
    std::string position;
    for (const double coordinate : phantom.position(tile))
      position += (position.empty() ? "" : "\\") + decimal_string(coordinate);
    file.set_in("0065,1051", tile, "AcquisitionTime", "13595" + std::to_string(9 - tile) + ".250");
    file.set_in("0065,1051", tile, "ImagePositionPatient", position);
  }
  return file;
}

TEST_F(Mosaics, OfUnitedImagingLieWhereTheirItemsSay) {
  for (const double step : {4.0, -4.0})
    for (const auto& [tiles, across, down] : {std::array{5U, 3U, 2U}, std::array{4U, 2U, 2U}})
      for (const auto syntax : {transfer_syntax::explicit_little, transfer_syntax::implicit_little,
                                transfer_syntax::explicit_big, transfer_syntax::deflated}) {
        const MosaicPhantom phantom{.tiles = tiles, .across = across, .down = down, .step = step};
        expect_ramp(decode(uih_grid(phantom), syntax), phantom);
        expect_ramp(decode(uih_grid(phantom).undefined_lengths(), syntax), phantom);
      }
}

TEST_F(Mosaics, OfUnitedImagingTellWhenTheirSlicesWereAcquired) {
  const MosaicPhantom phantom{.tiles = 4, .across = 2, .down = 2};
  EXPECT_THAT(slice_times_ms(make_frame(decode(uih_grid(phantom)), 0)),
              ElementsAre(3000, 2000, 1000, 0));
}

TEST_F(Mosaics, OfUnitedImagingAreRefusedWithoutAPositionForEveryTile) {
  const MosaicPhantom phantom{.tiles = 4, .across = 2, .down = 2};
  EXPECT_EQ(reason_of(mosaic_file(phantom, "VFRAME")), "mosaic_without_geometry");
  auto file = uih_grid(phantom);
  file.set_in("0065,1051", 2, "ImagePositionPatient", "1\\2");
  EXPECT_EQ(reason_of(file), "mosaic_without_geometry");
  EXPECT_THAT(detail, HasSubstr("item 3 of 4"));
}

}  // namespace
}  // namespace dcmflow
