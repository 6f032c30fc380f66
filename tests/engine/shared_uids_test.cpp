// Which UIDs stand for several series, or for an image of another.

#include "engine/shared_uids.h"

#include <gtest/gtest.h>

namespace dcmflow {
namespace {

TEST(SharedUids, AreThoseOfSeveralSeriesAndOfImagesOfOthers) {
  SharedUids uids;
  for (const auto* uid : {"1.1", "1.2", "1.3", "1.1", "1.4"}) uids.add_series(uid);
  uids.add_stem("1.2", "1.2");    // its own main image
  uids.add_stem("1.2_1", "1.2");  // another one
  uids.add_stem("1.3", "1.4");
  uids.end();
  for (const auto* uid : {"1.1", "1.3"}) EXPECT_TRUE(uids.contains(uid)) << uid;
  for (const auto* uid : {"1.2", "1.4", "1.2_1", "1.5"}) EXPECT_FALSE(uids.contains(uid)) << uid;
}

}  // namespace
}  // namespace dcmflow
