#include "stages/dicomweb/received_instance.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "test-data/dicom_builder.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

class ReceivedInstance : public testing::Test {
 protected:
  // What is said of the first bytes of a file; `less` are cut off its end.
  Result<InstanceUids> identify(const DicomBuilder& builder, std::string_view syntax,
                                std::size_t less = 0) {
    const auto path = folder / "received";
    builder.save(path, syntax);
    const auto size = std::filesystem::file_size(path) - less;
    std::filesystem::resize_file(path, size);
    return received.identify(path, size);
  }
  static DicomBuilder frames() {
    return DicomBuilder().set("Rows", "16").set("Columns", "16").set("NumberOfFrames", "3");
  }

  const TemporaryFolder folder;
  ReceivedInstances received;
};

TEST_F(ReceivedInstance, IsIdentifiedByItsOwnUids) {
  for (const auto syntax : {transfer_syntax::explicit_little, transfer_syntax::implicit_little,
                            transfer_syntax::deflated, transfer_syntax::rle}) {
    const auto uids = identify(DicomBuilder(), syntax);
    ASSERT_TRUE(uids.ok()) << uids.problem().detail;
    EXPECT_EQ(uids->study, "1.2.3");
    EXPECT_EQ(uids->series, "1.2.3.4");
    EXPECT_EQ(uids->instance, "1.2.3.4.5");
  }
}

TEST_F(ReceivedInstance, MayHaveNoPixels) {
  EXPECT_TRUE(identify(DicomBuilder().remove("PixelData"), transfer_syntax::explicit_little).ok());
}

TEST_F(ReceivedInstance, IsRefusedWhenItsPixelsAreShort) {
  for (const auto syntax :
       {transfer_syntax::explicit_little, transfer_syntax::rle, transfer_syntax::jpeg_ls}) {
    EXPECT_TRUE(identify(frames(), syntax).ok());
    const auto uids = identify(frames(), syntax, 40);
    ASSERT_FALSE(uids.ok());
    EXPECT_EQ(uids.problem().reason, Reason::pixel_data_short) << uids.problem().detail;
    EXPECT_EQ(uids.problem().subject, "");
  }
}

TEST_F(ReceivedInstance, IsRefusedWhenItIsNoDicom) {
  std::ofstream(folder / "text") << std::string(1000, 'x');
  const auto uids = received.identify(folder / "text", 1000);
  ASSERT_FALSE(uids.ok());
  EXPECT_EQ(uids.problem().reason, Reason::not_dicom);
}

TEST_F(ReceivedInstance, IsRefusedWhenAUidIsAPath) {
  const auto uids = identify(DicomBuilder().set("SeriesInstanceUID", "../../Doe"),
                             transfer_syntax::explicit_little);
  ASSERT_FALSE(uids.ok());
  EXPECT_EQ(uids.problem().reason, Reason::invalid_uid);
  EXPECT_EQ(uids.problem().detail.find("Doe"), std::string::npos) << uids.problem().detail;
}

}  // namespace
}  // namespace dcmflow
