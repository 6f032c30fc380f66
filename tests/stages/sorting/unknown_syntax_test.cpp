#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "stages/pixels/read_frame.h"
#include "stages/sort_slices.h"
#include "tests/support/instances.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

// A CT slice whose header declares `uid`, whatever its pixels are.
SortedSeries sort_declared(std::string uid) {
  const TemporaryFolder folder;
  const auto file = DicomBuilder().set("NumberOfFrames", "1").bytes();
  std::string content(file.begin(), file.end());
  constexpr std::string_view declared("1.2.840.10008.1.2.1\0", 20);
  uid.resize(declared.size());
  content.replace(content.find(declared), declared.size(), uid);
  std::ofstream(folder / "slice.dcm", std::ios::binary) << content;
  return sort_slices(series_of({folder / "slice.dcm"}), Tolerances{}, same_decoded_pixels);
}

// GE stores big endian pixels in a little endian data set of such a syntax: its like would be read
// as noise.
TEST(UnknownSyntax, IsRefusedAlthoughThePixelsAreNotEncapsulated) {
  const auto sorted = sort_declared("1.2.840.113619.5.2");
  ASSERT_EQ(sorted.refused.size(), 1U);
  EXPECT_EQ(sorted.refused[0].reason, Reason::transfer_syntax_unsupported);
  EXPECT_EQ(sorted.refused[0].detail, "1.2.840.113619.5.2 (unknown)");
  EXPECT_TRUE(sorted.stacks.empty());
}

TEST(UnknownSyntax, IsNoneThatIsKnownWithPixelsThatAreNotEncapsulated) {
  for (const char* uid : {"1.2.840.10008.1.2.1", "1.2.840.10008.1.20", "1.2.840.10008.1.2.5"})
    EXPECT_EQ(sort_declared(uid).stacks.size(), 1U) << uid;
}

}  // namespace
}  // namespace dcmflow
