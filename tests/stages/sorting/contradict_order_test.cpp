// An order that is guessed, and what anything else in the headers says of it.

#include "stages/sorting/contradict_order.h"

#include "stages/dicom/element_digests.h"
#include "tests/stages/sorting/volumes_scene.h"

namespace dcmflow {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class ContradictOrder : public Volumes {
 protected:
  // Numbers run through the volumes at each position, from another one on where `turns`.
  static Edit numbered(unsigned volumes, bool turns) {
    return [=](unsigned v, unsigned k, DicomBuilder& file) {
      const unsigned place = turns ? (v + k) % volumes : v;
      file.set("InstanceNumber", std::to_string(1 + volumes * k + place))
          .set("RescaleIntercept", std::to_string(place));
    };
  }

  void expect_refused(const std::string& why) {
    const auto sorted = sort();
    EXPECT_THAT(sorted.stacks, IsEmpty());
    EXPECT_THAT(reasons(sorted), ElementsAre("ambiguous_positions"));
    ASSERT_FALSE(sorted.refused.empty());
    EXPECT_THAT(sorted.refused.front().detail, HasSubstr(why));
  }
};

// An attribute that is not kept.
constexpr auto* frame_time = "FrameTime";

TEST_F(ContradictOrder, OfAnElementThatTellsOtherVolumes) {
  write_volumes(2, both(numbered(2, true), set_by_volume(frame_time, {"20", "30"})));
  expect_refused("(0018,1063) contradicts their order");
}

TEST_F(ContradictOrder, NotWhereItTellsTheSameVolumes) {
  write_volumes(2, both(numbered(2, false), set_by_volume(frame_time, {"20", "30"})));
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_EQ(frames(sorted.stacks.front()), in_order({0, 1}));
  EXPECT_THAT(sorted.stacks.front().flags, ElementsAre("dimension_guessed"));
}

TEST_F(ContradictOrder, NotWhereItIsAnotherAtEachPosition) {
  write_volumes(2, both(numbered(2, true), [](unsigned v, unsigned k, DicomBuilder& file) {
                  file.set(frame_time, std::to_string(10 * v + 3 * k));
                }));
  EXPECT_THAT(sort().stacks, SizeIs(1));
}

TEST_F(ContradictOrder, OfAnElementThatOneFrameLacks) {
  write_volumes(2, both(numbered(2, true), [](unsigned v, unsigned k, DicomBuilder& file) {
                  if (v != 1 || k != 2) file.set(frame_time, v ? "20" : "30");
                }));
  expect_refused("(0018,1063)");
}

TEST_F(ContradictOrder, OfSequences) {
  write_volumes(2, both(numbered(2, true), [](unsigned v, unsigned, DicomBuilder& file) {
                  file.set_in("RequestAttributesSequence", 0, "RequestedProcedureID",
                              v ? "a" : "b");
                }));
  expect_refused("(0040,0275)");
}

TEST_F(ContradictOrder, WhereVolumesAreIncompleteToo) {
  write_volumes(2, both(numbered(2, true), set_by_volume(frame_time, {"20", "30"})), {{1, 3}});
  expect_refused("(0018,1063)");
}

TEST_F(ContradictOrder, WhereAFileCannotBeReadAgain) {
  write_volumes(2, numbered(2, false));
  const auto series = series_of(paths);
  const auto unreadable = [](const FilePtr& file) {
    return Result<std::vector<ElementDigest>>(Problem{Reason::unreadable, file->name, ""});
  };
  const auto sorted = sort_slices(series, Tolerances{}, same_decoded_pixels, {}, unreadable);
  EXPECT_THAT(sorted.stacks, IsEmpty());
  ASSERT_FALSE(sorted.refused.empty());
  EXPECT_THAT(sorted.refused.front().detail, HasSubstr("cannot be read again"));
}

TEST_F(ContradictOrder, OfTimesThatPutVolumeAfterVolume) {
  write_volumes(2, both(
                       [](unsigned v, unsigned k, DicomBuilder& file) {
                         file.set("InstanceNumber", std::to_string(10 * (1 + 2 * k + (v + k) % 2)));
                       },
                       jittered("AcquisitionTime")));
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_EQ(frames(sorted.stacks.front()), in_order({1, 0}));
  EXPECT_THAT(sorted.stacks.front().flags, Contains("dimension_guessed"));
}

TEST_F(ContradictOrder, OfTimesThatOrderEachPositionOtherwise) {
  write_volumes(2, both(numbered(2, true), [](unsigned v, unsigned k, DicomBuilder& file) {
                  file.set("AcquisitionTime", "1200" + std::to_string(10 + 2 * k + v));
                }));
  expect_refused("nothing says which are of one volume");
}

TEST_F(ContradictOrder, OfNumbersThatJumpFromVolumeToVolumeAndFromPositionToPosition) {
  write_volumes(2, [](unsigned v, unsigned k, DicomBuilder& file) {
    file.set("InstanceNumber", std::to_string(1 + (3 * (2 * k + v)) % 8));
  });
  expect_refused("nothing says which are of one volume");
}

}  // namespace
}  // namespace dcmflow
