#include "stages/sorting/gradients.h"

#include "tests/stages/sorting/volumes_scene.h"

namespace dcmflow {
namespace {

// Of a volume without weighting and one with, whose gradient GE gives along the axes of the scan.
class Gradients : public Volumes {
 protected:
  bool has(const std::string& gradient) {
    write_volumes(2, [&](unsigned v, unsigned, DicomBuilder& file) {
      file.set("TemporalPositionIdentifier", std::to_string(v + 1))
          .set("DiffusionBValue", v == 0 ? "0" : "1000");
      for (const int element : {0xbb, 0xbc, 0xbd})
        file.set_private(0x0019, "GEMS_ACQU_01", static_cast<std::uint8_t>(element), "DS",
                         v == 0 ? "0" : gradient);
    });
    const auto sorted = sort();
    EXPECT_EQ(sorted.stacks.size(), 1U);
    return has_gradients(sorted.stacks.at(0));
  }
};

TEST_F(Gradients, OfUnknownAxesAreNone) { EXPECT_FALSE(has("0.57735")); }
TEST_F(Gradients, OfNoDirectionAreThere) { EXPECT_TRUE(has("0")); }

}  // namespace
}  // namespace dcmflow
