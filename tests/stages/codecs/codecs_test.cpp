#include "stages/codecs/codecs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace dcmflow {
namespace {

using ::testing::UnorderedElementsAre;

TEST(TransferSyntaxes, HaveOneRowEach) {
  std::set<std::string_view> uids;
  std::set<std::string_view> names;
  for (const TransferSyntax& row : transfer_syntaxes()) {
    EXPECT_TRUE(uids.insert(row.uid).second) << row.uid;
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_TRUE(row.uid.starts_with("1.2.840.10008.1.2")) << row.uid;
  }
}

TEST(TransferSyntaxes, AreFoundByUid) {
  const TransferSyntax* row = find_transfer_syntax("1.2.840.10008.1.2.4.80");
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->name, "JPEG-LS Lossless Image Compression");
  EXPECT_TRUE(row->encapsulated);
  EXPECT_FALSE(row->lossy);
  EXPECT_EQ(find_transfer_syntax("1.2.840.10008.1.2.4.8"), nullptr);
  EXPECT_EQ(find_transfer_syntax(""), nullptr);
}

TEST(TransferSyntaxes, NameWhatIsNotSupported) {
  for (const char* uid :
       {"1.2.840.10008.1.2.4.92", "1.2.840.10008.1.2.4.93", "1.2.840.10008.1.2.4.94",
        "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.100", "1.2.840.10008.1.2.4.107",
        "1.2.840.10008.1.2.4.110", "1.2.840.10008.1.2.4.112", "1.2.840.10008.1.2.7.1"}) {
    const TransferSyntax* row = find_transfer_syntax(uid);
    ASSERT_NE(row, nullptr) << uid;
    EXPECT_TRUE(row->encapsulated) << uid;
    EXPECT_EQ(row->decode, nullptr) << uid;
    EXPECT_NE(row->name, "") << uid;
  }
}

TEST(TransferSyntaxes, HaveADecoderOnlyWhenEncapsulated) {
  std::vector<std::string> decoded;
  for (const TransferSyntax& row : transfer_syntaxes()) {
    if (row.decode == nullptr) continue;
    EXPECT_TRUE(row.encapsulated) << row.uid;
    decoded.emplace_back(row.uid.substr(std::string_view("1.2.840.10008.1.2.").size()));
  }
  EXPECT_THAT(decoded,
              UnorderedElementsAre("1.98", "8.1", "4.50", "4.51", "4.53", "4.55", "4.57", "4.70",
                                   "4.80", "4.81", "4.90", "4.91", "4.201", "4.202", "4.203", "5"));
}

TEST(TransferSyntaxes, TellLossyFromLossless) {
  for (const char* uid : {"4.50", "4.51", "4.53", "4.55", "4.81", "4.91", "4.203"}) {
    EXPECT_TRUE(find_transfer_syntax(std::string("1.2.840.10008.1.2.") + uid)->lossy) << uid;
  }
  for (const char* uid : {"1", "2", "4.57", "4.70", "4.80", "4.90", "4.201", "4.202", "5", "8.1"}) {
    EXPECT_FALSE(find_transfer_syntax(std::string("1.2.840.10008.1.2.") + uid)->lossy) << uid;
  }
}

}  // namespace
}  // namespace dcmflow
