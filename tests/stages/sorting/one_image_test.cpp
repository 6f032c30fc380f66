// Slices of one volume that are written in different ways, and what must not be one: storage,
// turned slices, patients, UIDs; and which image is the main one.

#include "stages/group_series.h"
#include "tests/stages/sorting/volumes_scene.h"

namespace dcmflow {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class OneImage : public Volumes {
 protected:
  // A stack of which slice 2 is edited.
  SortedSeries sort_with(const std::function<void(DicomBuilder&)>& edit) {
    write({.slices = 6, .edit = [&](unsigned k, DicomBuilder& file) {
             if (k == 2) edit(file);
           }});
    return sort();
  }
};

TEST_F(OneImage, HoldsASliceThatIsStoredOtherwise) {
  const auto sorted = sort_with([](DicomBuilder& file) { file.set("PixelRepresentation", "0"); });
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_EQ(sorted.stacks.front().grid.size[2], 6u);
  EXPECT_THAT(sorted.stacks.front().flags, ElementsAre("storage_varies"));
  EXPECT_EQ(sorted.stacks.front().verdict, Verdict::pass);
}

TEST_F(OneImage, HoldsASliceThatIsDerived) {
  const auto sorted =
      sort_with([](DicomBuilder& file) { file.set("ImageType", "DERIVED\\PRIMARY\\AXIAL"); });
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_THAT(sorted.stacks.front().flags, ElementsAre("derivation_varies"));
}

TEST_F(OneImage, HoldsASliceWithoutFrameOfReferenceAndSaysSo) {
  const auto sorted = sort_with([](DicomBuilder& file) { file.remove("FrameOfReferenceUID"); });
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_THAT(sorted.stacks.front().flags, ElementsAre("frame_of_reference_varies"));
  EXPECT_EQ(sorted.stacks.front().verdict, Verdict::warn);
}

TEST_F(OneImage, LacksASliceThatMayBeSignedOrNot) {
  const auto sorted = sort_with([](DicomBuilder& file) { file.remove("PixelRepresentation"); });
  EXPECT_THAT(reasons(sorted), ElementsAre("pixel_layout_unsupported"));
  ASSERT_THAT(sorted.refused, SizeIs(1));
  EXPECT_THAT(sorted.refused.front().detail, testing::HasSubstr("(0028,0103)"));
}

TEST_F(OneImage, HoldsASliceThatDoesNotSaySoWhereTheOthersAreUnsigned) {
  write({.slices = 6, .edit = [](unsigned k, DicomBuilder& file) {
           file.set("PixelRepresentation", "0");
           if (k == 2) file.remove("PixelRepresentation");
         }});
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_EQ(sorted.stacks.front().grid.size[2], 6u);
  EXPECT_THAT(sorted.stacks.front().flags, testing::Contains("pixel_representation_missing"));
  EXPECT_EQ(sorted.stacks.front().verdict, Verdict::warn);
}

TEST_F(OneImage, HoldsASliceThatIsStoredTurned) {
  write({.columns = 12,
         .rows = 10,
         .slices = 6,
         .column_spacing = 0.5,
         .row_spacing = 0.75,
         .edit = [](unsigned k, DicomBuilder& file) {
           if (k != 2) return;
           // From the first voxel at (−10, −20, 35) to the last.
           file.set("ImageOrientationPatient", "-1\\0\\0\\0\\-1\\0")
               .set("ImagePositionPatient", "-4.5\\-13.25\\35");
         }});
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  const auto& stack = sorted.stacks.front();
  EXPECT_EQ(stack.grid.size[2], 6u);
  EXPECT_THAT(stack.flags, ElementsAre("slices_turned_back"));
  EXPECT_EQ(stack.verdict, Verdict::pass);
  EXPECT_TRUE(stack.frames[2].is_turned);
  EXPECT_NEAR(stack.frames[2].position[0], -10, 1e-9);
}

TEST_F(OneImage, IsNoneOfTwoFramesOfReferenceWithSeveralSlices) {
  write({.slices = 4});
  write({.slices = 3, .origin = {-10, -20, 40}, .edit = [](unsigned, DicomBuilder& file) {
           file.set("FrameOfReferenceUID", "1.2.3.99");
         }});
  EXPECT_THAT(stems(sort()), ElementsAre("1.2.3.4", "1.2.3.4_frame"));
}

TEST_F(OneImage, IsMadeOfSlicesUnderOneUid) {
  write({.slices = 5});
  for (auto& path :
       write_phantom_series({.slices = 5,
       .edit = [](unsigned, DicomBuilder& file) { file.set("SOPInstanceUID", "1.2.99"); }},
                            folder / "one"))
    paths.push_back(path);
  paths.erase(paths.begin(), paths.begin() + 5);
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_EQ(sorted.stacks.front().grid.size[2], 5u);
  EXPECT_THAT(sorted.stacks.front().flags, ElementsAre("sop_instance_uid_repeats"));
  EXPECT_THAT(sorted.refused, IsEmpty());
}

TEST_F(OneImage, TellsWhatWasRefusedOfIt) {
  write({.slices = 6, .edit = [](unsigned k, DicomBuilder& file) {
           if (k % 2 == 1) file.remove("ImagePositionPatient");
         }});
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  const auto& stack = sorted.stacks.front();
  EXPECT_EQ(stack.verdict, Verdict::warn);
  EXPECT_THAT(stack.flags, ElementsAre("slices_refused"));
  EXPECT_THAT(stack.missing, ElementsAre("3 files of it refused: no_geometry"));
}

TEST_F(OneImage, TellsThatSliceLocationsContradictPositions) {
  for (const bool contradict : {true, false}) {
    clear();
    write_volumes(3, [contradict](unsigned v, unsigned k, DicomBuilder& file) {
      file.set("AcquisitionNumber", std::to_string(v + 1))
          .set("SliceLocation", std::to_string(3 * (contradict ? v : k)));
      file.set("InstanceNumber", std::to_string(4 * v + k + 1));
    });
    const auto sorted = sort();
    ASSERT_THAT(sorted.stacks, SizeIs(1));
    const auto told = Contains("slice_location_differs");
    if (contradict)
      EXPECT_THAT(sorted.stacks.front().flags, told);
    else
      EXPECT_THAT(sorted.stacks.front().flags, Not(told));
  }
}

TEST_F(OneImage, OfTwoEchoesWithEqualNumbersIsTheFirstWhateverTheUids) {
  for (const bool first_is_written_first : {true, false}) {
    clear();
    for (const bool first : {first_is_written_first, !first_is_written_first})
      write({.modality = "MR", .slices = 3, .edit = [first](unsigned, DicomBuilder& file) {
               file.set("EchoTime", first ? "4.92" : "7.38").set("InstanceNumber", "1");
             }});
    const auto sorted = sort();
    ASSERT_THAT(sorted.stacks, SizeIs(2));
    EXPECT_EQ(sorted.stacks.front().frames.front().find(attribute_index(0x00180081)), "4.92");
  }
}

TEST_F(OneImage, IsOriginalAndMagnitudeBeforeOthersOfAsManySlices) {
  for (const auto* type : {"DERIVED\\PRIMARY\\M", "ORIGINAL\\PRIMARY\\P", "ORIGINAL\\PRIMARY\\M"})
    write({.modality = "MR", .slices = 3, .edit = [type](unsigned, DicomBuilder& file) {
             file.set("ImageType", type);
           }});
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(3));
  const auto type = [&](std::size_t i) {
    return sorted.stacks[i].frames.front().find(attribute_index(0x00080008));
  };
  EXPECT_EQ(type(0), "ORIGINAL\\PRIMARY\\M");
  EXPECT_EQ(type(1), "ORIGINAL\\PRIMARY\\P");
}

class Patients : public SortingScene {
 protected:
  std::vector<SeriesPtr> group() {
    GroupSeries groups;
    for (const auto& path : paths) groups.add(series_of({path})->instances.front());
    return groups.finish();
  }
  void write_of(unsigned slices, const std::map<std::string, std::string>& values) {
    write({.slices = slices, .edit = [&](unsigned, DicomBuilder& file) {
             for (const auto& [keyword, value] : values) file.set(keyword, value);
           }});
  }
};

TEST_F(Patients, OfOneSeriesUidAreSeriesOfTheirOwnTheLargerFirst) {
  write_of(2, {{"PatientID", "A"}});
  write_of(3, {{"PatientID", "B"}});
  const auto series = group();
  ASSERT_THAT(series, SizeIs(2));
  EXPECT_THAT(series[0]->instances, SizeIs(3));
  EXPECT_EQ(series[0]->patient, 0U);
  EXPECT_EQ(series[1]->patient, 1U);
  EXPECT_EQ(series[1]->patient, 1u);
  EXPECT_EQ(series[0]->patients, 2u);
}

TEST_F(Patients, AreToldApartByTheIssuerOfTheirIdAndWithoutIdsByTheirNames) {
  write_of(2, {{"PatientID", "A"}, {"IssuerOfPatientID", "here"}});
  write_of(2, {{"PatientID", "A"}, {"IssuerOfPatientID", "there"}});
  EXPECT_THAT(group(), SizeIs(2));
  clear();
  write_of(2, {{"PatientID", ""}, {"PatientName", "One"}});
  write_of(2, {{"PatientID", ""}, {"PatientName", "Two"}});
  EXPECT_THAT(group(), SizeIs(2));
}

TEST_F(Patients, AreOneWhereWhatIsMissingContradictsNothing) {
  write_of(2, {{"PatientID", "A"}, {"PatientName", "One"}});
  write_of(2, {{"PatientID", ""}, {"PatientName", ""}});
  EXPECT_THAT(group(), SizeIs(1));
}

// As files that were made anonymous all have the ID 0. Names alone are written in many ways.
TEST_F(Patients, UnderOneIdAreToldApartByBirthDateAndSexAndNotByName) {
  struct Case {
    std::map<std::string, std::string> one, other;
    std::size_t patients;
  };
  for (const auto& [one, other, patients] :
       {Case{{{"PatientBirthDate", "19500101"}}, {{"PatientBirthDate", "19600101"}}, 2},
        Case{{{"PatientSex", "M"}}, {{"PatientSex", "F"}}, 2},
        Case{{{"PatientBirthDate", "19500101"}}, {{"PatientBirthDate", ""}}, 1},
        Case{{{"PatientSex", "M"}}, {{"PatientSex", "O"}}, 1},
        Case{{{"PatientName", "A^B"}}, {{"PatientName", "A B"}}, 1}}) {
    clear();
    auto of_one = one, of_other = other;
    of_one["PatientID"] = of_other["PatientID"] = "0";
    write_of(2, of_one);
    write_of(2, of_other);
    EXPECT_THAT(group(), SizeIs(patients)) << one.begin()->second << other.begin()->second;
  }
}

// What one header says of a patient counts for the next that is the same one.
TEST_F(Patients, AreNotJoinedThroughWhatSaysLess) {
  write_of(3, {{"PatientID", "0"}, {"IssuerOfPatientID", "I"}, {"PatientBirthDate", "19500101"}});
  write_of(2, {{"PatientID", "0"}, {"PatientSex", "F"}});
  write_of(2, {{"PatientID", "0"}, {"PatientSex", "M"}});
  EXPECT_THAT(group(), SizeIs(2));
}

}  // namespace
}  // namespace dcmflow
