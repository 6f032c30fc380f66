#include "stages/geometry/unplaced_frame.h"

#include <gmock/gmock.h>

#include "tests/support/instances.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

using testing::HasSubstr;

class UnplacedFrame : public testing::Test {
 protected:
  Frame frame_of(const std::string& keyword, const std::string& text) {
    return make_frame(decode_built(DicomBuilder().set(keyword, text), folder / "one.dcm"), 0);
  }
  std::string why(const std::string& keyword, const std::string& text) {
    return why_unplaced(frame_of(keyword, text), Tolerances{}).value_or("");
  }
  TemporaryFolder folder;
};

TEST_F(UnplacedFrame, IsToldByWhatItsHeaderSays) {
  EXPECT_EQ(why("ImagePositionPatient", "1\\2\\3"), "");
  EXPECT_THAT(
      why("ImagePositionPatient", "1,5\\2\\3"),
      testing::AllOf(HasSubstr("'1,5\\2\\3', a decimal comma"), HasSubstr("--allow-no-geometry")));
  EXPECT_THAT(why("ImagePositionPatient", "1\\2"), HasSubstr("'1\\2', 2 values; expected 3"));
  EXPECT_THAT(why("ImagePositionPatient", ""), HasSubstr("no Image Position (Patient)"));
  EXPECT_THAT(why("ImageOrientationPatient", "1\\0\\0\\0\\1\\x"), HasSubstr("no 6 numbers"));
  EXPECT_THAT(why("ImageOrientationPatient", "1\\0\\0\\0.5\\1\\0"),
              testing::AllOf(HasSubstr("off by 0.5"), HasSubstr("--tolerances iop_orthonormal")));
}

TEST_F(UnplacedFrame, QuotesASpacingThatIsNone) {
  EXPECT_FALSE(why_without_spacing(frame_of("PixelSpacing", "0.5\\0.5")));
  EXPECT_EQ(why_without_spacing(frame_of("PixelSpacing", "0\\0.5")),
            "Pixel Spacing is '0\\0.5'; expected two numbers above 0");
  EXPECT_THAT(*why_without_spacing(frame_of("PixelSpacing", "")), HasSubstr("no Pixel Spacing"));
}

}  // namespace
}  // namespace dcmflow
