#include "stages/sorting/image_type.h"

#include <gtest/gtest.h>

namespace dcmflow {
namespace {

TEST(OwnWord, IsTheFirstThatOthersLack) {
  EXPECT_EQ(own_word("MPR\\FLOW", "MPR\\NORM"), "flow");
  EXPECT_EQ(own_word("MPR", "MPR"), "");
  EXPECT_EQ(own_word("", "MPR"), "");
}

TEST(OwnWord, IsAPartOfAFileName) {
  EXPECT_EQ(own_word("FLOW-ENC  2", ""), "flow_enc_2");
  EXPECT_EQ(own_word("-P/", ""), "p");
  EXPECT_EQ(own_word("--\\B", ""), "b");  // nothing is left of the first
}

}  // namespace
}  // namespace dcmflow
