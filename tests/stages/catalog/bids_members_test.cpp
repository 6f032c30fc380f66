#include "stages/catalog/bids_members.h"

#include <gtest/gtest.h>

namespace dcmflow {
namespace {

const std::string sidecar = "{\n  \"EchoTime\": 0.003,\n  \"ConversionSoftware\": \"dcmflow\"\n}\n";

TEST(BidsMembers, StandBehindThoseOfTheHeader) {
  EXPECT_EQ(with_members(sidecar, {{"TaskName", "\"rest\""}, {"IntendedFor", "[\"a\", \"b\"]"}}),
            "{\n  \"EchoTime\": 0.003,\n  \"ConversionSoftware\": \"dcmflow\",\n"
            "  \"TaskName\": \"rest\",\n  \"IntendedFor\": [\"a\", \"b\"]\n}\n");
  EXPECT_EQ(with_members(sidecar, {}), sidecar);
}

TEST(BidsMembers, ChangeNothingThatIsSaid) {
  EXPECT_EQ(with_members(sidecar, {{"EchoTime", "99"}}), sidecar);
  EXPECT_EQ(with_members(sidecar, {{"A", "1"}, {"A", "2"}}),
            "{\n  \"EchoTime\": 0.003,\n  \"ConversionSoftware\": \"dcmflow\",\n  \"A\": 1\n}\n");
}

}  // namespace
}  // namespace dcmflow
