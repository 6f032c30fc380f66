#include "stages/dicom/vendor/diffusion.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <functional>

#include "stages/base/vector3.h"
#include "stages/dicom/vendor/component.h"
#include "tests/support/instances.h"
#include "tests/support/mosaic.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

class FindDiffusion : public ::testing::Test {
 protected:
  Frame frame_of(const DicomBuilder& file,
                 std::string_view syntax = transfer_syntax::explicit_little) {
    return make_frame(decode_built(file, folder / "one.dcm", syntax), 0);
  }

  TemporaryFolder folder;
};

// An MR image; the row lies along x, the column in the plane of y and z.
DicomBuilder image_of(const std::string& manufacturer) {
  DicomBuilder file;
  file.set("Manufacturer", manufacturer)
      .set("ImageOrientationPatient", "1\\0\\0\\0\\0.8\\0.6")
      .set("PatientPosition", "HFS");
  return file;
}

constexpr Vector3 row{1, 0, 0};
constexpr Vector3 column{0, 0.8, 0.6};
constexpr Vector3 normal{0, -0.6, 0.8};

DicomBuilder siemens() {
  return image_of("Siemens Healthineers")
      .set_private(0x0019, "SIEMENS MR HEADER", 0x0C, "IS", "1000")
      .set_private(0x0019, "SIEMENS MR HEADER", 0x0E, "FD", "0\\-0.6\\0.8");
}

DicomBuilder philips() {
  return image_of("Philips Medical Systems")
      .set_private(0x2001, "Philips Imaging DD 001", 0x03, "FL", "800")
      .set_private(0x2001, "Philips Imaging DD 001", 0x04, "CS", "O")
      .set_private(0x2005, "Philips MR Imaging DD 001", 0xB0, "FL", "0")
      .set_private(0x2005, "Philips MR Imaging DD 001", 0xB1, "FL", "-0.6")
      .set_private(0x2005, "Philips MR Imaging DD 001", 0xB2, "FL", "0.8");
}

DicomBuilder ge(const std::string& phase_encoding) {
  return image_of("GE MEDICAL SYSTEMS")
      .set("InPlanePhaseEncodingDirection", phase_encoding)
      .set_private(0x0019, "GEMS_ACQU_01", 0xBB, "DS", "0.6")
      .set_private(0x0019, "GEMS_ACQU_01", 0xBC, "DS", "0")
      .set_private(0x0019, "GEMS_ACQU_01", 0xBD, "DS", "0.8")
      .set_private(0x0043, "GEMS_PARM_01", 0x39, "IS", "1500\\8\\0\\0");
}

void expect_direction(const std::optional<Diffusion>& diffusion, const Vector3& expected) {
  ASSERT_TRUE(diffusion && diffusion->direction);
  EXPECT_NEAR(norm(*diffusion->direction), 1, 1e-9);
  // A direction and its opposite weight the same.
  EXPECT_NEAR(std::abs(dot(*diffusion->direction, normalised(expected))), 1, 1e-6)
      << (*diffusion->direction)[0] << ' ' << (*diffusion->direction)[1] << ' '
      << (*diffusion->direction)[2];
}

TEST_F(FindDiffusion, FindsNoneInAnImageThatSaysNothing) {
  for (const auto* manufacturer :
       {"SIEMENS", "Philips", "GE MEDICAL SYSTEMS", "UIH", "CANON_MEC", "Unknown"})
    EXPECT_FALSE(find_diffusion(frame_of(image_of(manufacturer)))) << manufacturer;
}

TEST_F(FindDiffusion, GivesADirectionOfAnyLengthTheLength1) {
  for (const std::string length : {"1e-300", "0.5", "1e200"}) {
    auto file = image_of("Unknown");
    file.set("DiffusionBValue", "1000")
        .set("DiffusionGradientOrientation", "0\\" + length + "\\-" + length);
    SCOPED_TRACE(length);
    expect_direction(find_diffusion(frame_of(file)), Vector3{0, 1, -1});
  }
}

TEST_F(FindDiffusion, FindsNoDirectionInOneOfNoLength) {
  for (const auto* direction : {"0\\0\\0", "1\\nan\\0", "inf\\0\\0"}) {
    auto file = image_of("Unknown");
    file.set("DiffusionBValue", "1000").set("DiffusionGradientOrientation", direction);
    const auto diffusion = find_diffusion(frame_of(file));
    ASSERT_TRUE(diffusion) << direction;
    EXPECT_FALSE(diffusion->direction) << direction;
  }
}

TEST_F(FindDiffusion, PrefersTheStandardToTheVendor) {
  auto file = siemens();
  file.set("DiffusionBValue", "700").set("DiffusionGradientOrientation", "1\\0\\0");
  const auto diffusion = find_diffusion(frame_of(file));
  ASSERT_TRUE(diffusion);
  EXPECT_EQ(diffusion->b_value, 700);
  expect_direction(diffusion, {1, 0, 0});
}

TEST_F(FindDiffusion, TakesTheVendorsDirectionBesideTheStandardsBValue) {
  auto file = ge("COL");
  file.set("DiffusionBValue", "1450");
  const auto diffusion = find_diffusion(frame_of(file));
  ASSERT_TRUE(diffusion);
  EXPECT_EQ(diffusion->b_value, 1450);
  EXPECT_TRUE(diffusion->direction);
}

TEST_F(FindDiffusion, ReadsSiemensInEitherVrAndWithoutItsCreator) {
  for (const auto syntax : {transfer_syntax::explicit_little, transfer_syntax::implicit_little,
                            transfer_syntax::explicit_big}) {
    const auto diffusion = find_diffusion(frame_of(siemens(), syntax));
    ASSERT_TRUE(diffusion) << syntax;
    EXPECT_EQ(diffusion->b_value, 1000);
    expect_direction(diffusion, {0, -0.6, 0.8});
  }
  const auto stripped = find_diffusion(frame_of(siemens().remove("0019,0010")));
  ASSERT_TRUE(stripped);
  EXPECT_EQ(stripped->b_value, 1000);
  expect_direction(stripped, {0, -0.6, 0.8});
}

TEST_F(FindDiffusion, ReadsABlockWhereverItsCreatorReservedIt) {
  auto file = image_of("SIEMENS");
  file.set_private(0x0019, "ANOTHER VENDOR", 0x0C, "IS", "5")
      .set_private(0x0019, "SIEMENS MR HEADER", 0x0C, "IS", "1000");
  const auto diffusion = find_diffusion(frame_of(file));
  ASSERT_TRUE(diffusion);
  EXPECT_EQ(diffusion->b_value, 1000);
}

TEST_F(FindDiffusion, TakesNothingFromTheBlockOfAnotherCreator) {
  auto file = image_of("SIEMENS");
  file.set_private(0x0019, "ANOTHER VENDOR", 0x0C, "IS", "5");
  EXPECT_FALSE(find_diffusion(frame_of(file)));
}

TEST_F(FindDiffusion, TakesSiemensDirectionFromTheBMatrixWhenThereIsNoOther) {
  auto file = image_of("SIEMENS");
  // 1000 · g gᵀ for g = (0.6, 0, 0.8)
  file.set_private(0x0019, "SIEMENS MR HEADER", 0x0C, "IS", "1000")
      .set_private(0x0019, "SIEMENS MR HEADER", 0x27, "FD", "360\\0\\480\\0\\0\\640");
  expect_direction(find_diffusion(frame_of(file)), {0.6, 0, 0.8});
  file.set_private(0x0019, "SIEMENS MR HEADER", 0x27, "FD", "0\\0\\0\\0\\0\\0");
  EXPECT_FALSE(find_diffusion(frame_of(file))->direction);
}

TEST_F(FindDiffusion, ReadsTheCsaHeaderOfOlderSiemensScanners) {
  const CsaElements elements{{"B_value", {"750"}},
                             {"DiffusionGradientDirection", {"0.6", "-0.8", "0.0"}}};
  for (const auto format : {CsaFormat::older, CsaFormat::sv10})
    for (const auto syntax : {transfer_syntax::explicit_little, transfer_syntax::implicit_little,
                              transfer_syntax::deflated}) {
      auto file = image_of("SIEMENS");
      file.set("ImageType", "ORIGINAL\\PRIMARY\\DIFFUSION\\NONE");
      set_csa(file, 0x10, csa_header(elements, format));
      const auto diffusion = find_diffusion(frame_of(file, syntax));
      ASSERT_TRUE(diffusion);
      EXPECT_EQ(diffusion->b_value, 750);
      expect_direction(diffusion, {0.6, -0.8, 0});
    }
}

// Image Type is often changed, and old releases do not say DIFFUSION there.
TEST_F(FindDiffusion, ReadsTheCsaHeaderOfWhatMayBeWeightedWhateverImageTypeSays) {
  auto file = image_of("SIEMENS");
  file.set("Modality", "MR").set("ImageType", "ORIGINAL\\PRIMARY\\M\\ND");
  set_csa(file, 0x10, csa_header({{"B_value", {"750"}}}, CsaFormat::sv10));
  const auto b_value = [&](const char* scanning, const char* name) {
    file.set("ScanningSequence", scanning).set("SequenceName", name);
    const auto diffusion = find_diffusion(frame_of(file));
    return diffusion ? diffusion->b_value : -1;
  };
  EXPECT_EQ(b_value("", ""), 750);
  EXPECT_EQ(b_value("EP\\SE", ""), 750);
  EXPECT_EQ(b_value("", "*ep_b750#3"), 750);
  EXPECT_EQ(b_value("SE", "*re_b750"), 750);
  EXPECT_EQ(b_value("GR\\IR", "*tfl3d1"), -1) << "the header of another scan is not read for it";
  file.set("Modality", "PT");
  EXPECT_EQ(b_value("", ""), -1);
}

TEST_F(FindDiffusion, ReadsPhilips) {
  for (const auto syntax : {transfer_syntax::explicit_little, transfer_syntax::implicit_little}) {
    const auto diffusion = find_diffusion(frame_of(philips(), syntax));
    ASSERT_TRUE(diffusion);
    EXPECT_EQ(diffusion->b_value, 800);
    expect_direction(diffusion, {0, -0.6, 0.8});
  }
}

TEST_F(FindDiffusion, GivesIsotropicImagesOfPhilipsNoDirection) {
  auto file = philips();
  file.set_private(0x2001, "Philips Imaging DD 001", 0x04, "CS", "I");
  const auto diffusion = find_diffusion(frame_of(file));
  ASSERT_TRUE(diffusion);
  EXPECT_EQ(diffusion->b_value, 800);
  EXPECT_FALSE(diffusion->direction);
}

TEST_F(FindDiffusion, TurnsTheGradientOfGeFromTheAxesOfTheScanToThePatient) {
  const auto column_encoded = find_diffusion(frame_of(ge("COL")));
  ASSERT_TRUE(column_encoded);
  EXPECT_EQ(column_encoded->b_value, 1500);
  expect_direction(column_encoded, row * 0.6 - normal * 0.8);
  expect_direction(find_diffusion(frame_of(ge("ROW"))), column * 0.6 + normal * 0.8);
}

TEST_F(FindDiffusion, TakesThePhaseEncodingOfGeFromTheAcquisitionMatrixWhenItIsAllThereIs) {
  auto file = ge("ROW");
  file.remove("InPlanePhaseEncodingDirection").set("AcquisitionMatrix", "128\\0\\0\\96");
  expect_direction(find_diffusion(frame_of(file)), row * 0.6 - normal * 0.8);
  file.set("AcquisitionMatrix", "0\\128\\96\\0");
  expect_direction(find_diffusion(frame_of(file)), column * 0.6 + normal * 0.8);
}

TEST_F(FindDiffusion, GivesGeNoDirectionThatItWouldHaveToGuess) {
  auto unknown = ge("COL");
  unknown.remove("InPlanePhaseEncodingDirection");
  EXPECT_FALSE(find_diffusion(frame_of(unknown))->direction);
  auto prone = ge("COL");
  prone.set("PatientPosition", "HFP");
  EXPECT_FALSE(find_diffusion(frame_of(prone))->direction);
}

TEST_F(FindDiffusion, TakesTheOffsetFromTheBValueOfGe) {
  auto file = ge("COL");
  file.set_private(0x0043, "GEMS_PARM_01", 0x39, "IS", "1000002000\\8\\0\\0");
  EXPECT_EQ(find_diffusion(frame_of(file))->b_value, 2000);
}

TEST_F(FindDiffusion, TurnsTheGradientOfUnitedImagingFromTheImageToThePatient) {
  auto file = image_of("UIH");
  file.set_private(0x0065, "Image Private Header", 0x09, "FD", "928.5")
      .set_private(0x0065, "Image Private Header", 0x37, "FD", "0.48\\0.6\\0.64");
  const auto diffusion = find_diffusion(frame_of(file));
  ASSERT_TRUE(diffusion);
  EXPECT_EQ(diffusion->b_value, 928.5);
  expect_direction(diffusion, row * 0.48 + column * 0.6 + normal * 0.64);
}

TEST_F(FindDiffusion, ReadsTheCommentOfCanon) {
  auto file = image_of("TOSHIBA");
  file.set("ImageComments", "b=1500(0.445,-0.000,0.895)");
  const auto diffusion = find_diffusion(frame_of(file));
  ASSERT_TRUE(diffusion);
  EXPECT_EQ(diffusion->b_value, 1500);
  // Along the row, down the column, along the normal.
  expect_direction(diffusion, row * 0.445 + normal * 0.895);
}

TEST_F(FindDiffusion, TakesNoDirectionFromACommentThatIsCutOrMeansSomethingElse) {
  auto file = image_of("CANON_MEC");
  for (const auto* comment :
       {"b=1500(0.445,0.000", "b=1500(0.445,0.000)", "b=1500(0,0,0,1)", "b=1500", "b=1500()"}) {
    file.set("ImageComments", comment);
    const auto diffusion = find_diffusion(frame_of(file));
    ASSERT_TRUE(diffusion) << comment;
    EXPECT_FALSE(diffusion->direction) << comment;
  }
  for (const auto* comment : {"b=", "b=x(1,0,0)", "ab=1000(1,0,0)", "()"}) {
    file.set("ImageComments", comment);
    EXPECT_FALSE(find_diffusion(frame_of(file))) << comment;
  }
}

TEST_F(FindDiffusion, GivesUnweightedImagesNoDirection) {
  auto file = siemens();
  file.set_private(0x0019, "SIEMENS MR HEADER", 0x0C, "IS", "0");
  const auto diffusion = find_diffusion(frame_of(file));
  ASSERT_TRUE(diffusion);
  EXPECT_EQ(diffusion->b_value, 0);
  EXPECT_FALSE(diffusion->direction);
}

TEST_F(FindDiffusion, KeepsPrivateElementsOutOfWhatOtherVendorsSay) {
  auto file = siemens();
  file.set("Manufacturer", "GE MEDICAL SYSTEMS");
  EXPECT_FALSE(find_diffusion(frame_of(file)));
}

TEST_F(FindDiffusion, NamesTheComponentsOfGe) {
  auto file = image_of("GE MEDICAL SYSTEMS");
  EXPECT_EQ(vendor_component(frame_of(file)), "");
  const std::pair<const char*, const char*> components[] = {
      {"0", "magnitude"}, {"1", "phase"}, {"2", "real"}, {"3", "imaginary"}, {"4", ""}, {"-1", ""}};
  for (const auto& [number, component] : components) {
    file.set_private(0x0043, "GEMS_PARM_01", 0x2F, "SS", number);
    EXPECT_EQ(vendor_component(frame_of(file)), component);
  }
}

TEST_F(FindDiffusion, KnowsTheVendorByItsCreatorsWhereManufacturerIsBlank) {
  for (auto file : {siemens(), philips(), ge("ROW"),
                    image_of("CANON").set("ImageComments", "b=1500(0.6,0,0.8)")}) {
    const auto named = find_diffusion(frame_of(file));
    ASSERT_TRUE(named);
    for (const bool is_there : {true, false}) {
      if (is_there)
        file.set("Manufacturer", "");
      else
        file.remove("Manufacturer");
      const auto blank = find_diffusion(frame_of(file));
      ASSERT_TRUE(blank);
      EXPECT_EQ(blank->b_value, named->b_value);
      ASSERT_TRUE(named->direction);
      expect_direction(blank, *named->direction);
    }
  }
}

}  // namespace
}  // namespace dcmflow
