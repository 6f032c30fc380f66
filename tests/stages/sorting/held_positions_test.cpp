// Places of slices that other frames of the series hold.

#include "tests/stages/sorting/volumes_scene.h"

namespace dcmflow {
namespace {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::Not;
using testing::SizeIs;

class HeldPositions : public Volumes {
 protected:
  // No stack is filled, and none passes.
  static void expect_told(const SortedSeries& sorted) {
    EXPECT_THAT(sorted.stacks, Not(testing::IsEmpty()));
    for (const auto& stack : sorted.stacks) {
      EXPECT_THAT(stack.flags, Not(Contains("missing_filled"))) << stack.image_stem;
      EXPECT_THAT(stack.flags, Contains("position_held_by_another")) << stack.image_stem;
      EXPECT_NE(stack.verdict, Verdict::pass) << stack.image_stem;
    }
  }
};

TEST_F(HeldPositions, OfASliceOfAnotherClassAreNotFilled) {
  write({.slices = 6, .edit = [](unsigned k, DicomBuilder& file) {
           if (k == 2) file.set("SOPClassUID", "1.2.840.10008.5.1.4.1.1.7");
         }});
  const auto sorted = sort();
  expect_told(sorted);
  EXPECT_THAT(sorted.stacks, SizeIs(3));
}

TEST_F(HeldPositions, OfASliceWithoutTheContrastAreNotFilled) {
  for (const auto* echo : {"5", "10"})
    write({.modality = "MR", .slices = 6, .edit = [&](unsigned k, DicomBuilder& file) {
             file.set("TemporalPositionIdentifier", "1");
             if (k == 2 && *echo == '1')
               file.set("EchoTime", "");
             else
               file.set("EchoTime", echo);
           }});
  const auto sorted = sort();
  for (const auto& stack : sorted.stacks)
    EXPECT_THAT(stack.flags, Not(Contains("missing_filled"))) << stack.image_stem;
  EXPECT_THAT(sorted.stacks, SizeIs(4));
}

TEST_F(HeldPositions, OfAVolumeThatLacksASliceAreToldOfThatSlice) {
  write_volumes(3, both(set_by_volume("TemporalPositionIdentifier", {"1", "2", "3"}),
                        [](unsigned v, unsigned k, DicomBuilder& file) {
                          if (v == 1 && k == 2) file.set("PixelRepresentation", "0");
                        }));
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(2));
  EXPECT_THAT(sorted.stacks[0].missing, SizeIs(1));
  EXPECT_THAT(sorted.stacks[1].flags, Contains("position_held_by_another"));
  EXPECT_EQ(sorted.stacks[1].verdict, Verdict::warn);
}

}  // namespace
}  // namespace dcmflow
