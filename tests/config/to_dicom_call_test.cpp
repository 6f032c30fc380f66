#include "config/to_dicom_call.h"

#include <gmock/gmock.h>

namespace dcmflow {
namespace {

using testing::HasSubstr;
using Words = std::vector<std::string>;

std::optional<Result<ToDicomCall>> find(const Words& behind) {
  Words words{"to-dicom"};
  words.insert(words.end(), behind.begin(), behind.end());
  return find_to_dicom_call(words);
}

std::string fault_of(const Words& behind) {
  const auto found = find(behind);
  EXPECT_TRUE(found && !found->ok());
  if (!found || found->ok()) return "";
  EXPECT_EQ(found->problem().reason, Reason::bad_settings);
  return found->problem().detail;
}

TEST(ToDicomCall, OfASegmentation) {
  const auto found = find({"seg", "l.nii", "--run", "out", "--meta=m.json", "--to", "/a/b.dcm",
                           "--image", "i.nii", "--input", "in", "--json"});
  ASSERT_TRUE(found && found->ok()) << found->problem().detail;
  const ToDicomCall& call = **found;
  EXPECT_EQ(call.kind, ToDicomCall::Kind::segmentation);
  EXPECT_EQ(call.image, "l.nii");
  EXPECT_EQ(call.run, "out");
  EXPECT_EQ(call.meta, "m.json");
  EXPECT_EQ(call.to, "/a/b.dcm");
  EXPECT_EQ(call.asked, "i.nii");
  EXPECT_EQ(call.input, "in");
  EXPECT_TRUE(call.json);
}

TEST(ToDicomCall, OfAnImage) {
  const auto found =
      find({"image", "--run", "out", "v.nii", "--to", "f/", "--description", "heat map"});
  ASSERT_TRUE(found && found->ok()) << found->problem().detail;
  EXPECT_EQ((*found)->kind, ToDicomCall::Kind::image);
  EXPECT_TRUE((*found)->to.ends_with("/f"));
  EXPECT_EQ((*found)->description, "heat map");
  EXPECT_FALSE((*found)->asked);
}

TEST(ToDicomCall, SaysWhatItNeeds) {
  EXPECT_THAT(fault_of({}), HasSubstr("seg, image or sr"));
  EXPECT_THAT(fault_of({"sig"}), HasSubstr("seg, image or sr"));
  EXPECT_THAT(fault_of({"sr", "l", "--run", "o", "--meta", "m", "--to", "f"}),
              HasSubstr("--seg SEG"));
  EXPECT_THAT(fault_of({"seg", "l"}), HasSubstr("--run OUTPUT"));
  EXPECT_THAT(fault_of({"seg", "l", "--run", "o"}), HasSubstr("--meta META"));
  EXPECT_THAT(fault_of({"seg", "l", "--run", "o", "--meta", "m"}), HasSubstr("--to FILE"));
  EXPECT_THAT(fault_of({"image", "l", "--run", "o"}), HasSubstr("--to FOLDER"));
  EXPECT_THAT(fault_of({"seg", "--run", "o", "--meta", "m", "--to", "f"}), HasSubstr("found 0"));
  EXPECT_THAT(fault_of({"image", "a", "b", "--run", "o", "--to", "f"}), HasSubstr("found 2"));
  EXPECT_THAT(fault_of({"image", "a", "--run", "o", "--to", "f", "--meta", "m"}),
              HasSubstr("no option '--meta'"));
  EXPECT_THAT(fault_of({"image", "a", "--run", "o", "--to", "f", "--description", "a\\b"}),
              HasSubstr("--description"));
}

TEST(ToDicomCall, IsNoneOfOtherVerbsAndOfHelp) {
  EXPECT_FALSE(find_to_dicom_call({}));
  EXPECT_FALSE(find_to_dicom_call({"pull"}));
  EXPECT_FALSE(find({"seg", "--help"}));
}

}  // namespace
}  // namespace dcmflow
