// Headers of segmentations and structure sets, read from files.

#include <gmock/gmock.h>

#include "stages/labels/read_segmentation.h"
#include "stages/labels/structure_set.h"
#include "tests/support/instances.h"
#include "tests/support/labels.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr std::uint64_t much = 1 << 30;

class ReadLabels : public testing::Test {
 protected:
  Result<Segmentation> segmentation(const DicomBuilder& file,
                                    std::string_view syntax = transfer_syntax::explicit_little) {
    return read_segmentation(*decode_built(file, folder / "seg.dcm", syntax));
  }
  Result<StructureSet> structures(const DicomBuilder& file,
                                  std::string_view syntax = transfer_syntax::explicit_little) {
    return read_structure_set(*decode_built(file, folder / "rs.dcm", syntax), much);
  }

  const TemporaryFolder folder;
  const PhantomSeries image{.columns = 6, .rows = 5, .slices = 3};
  const DrawnSegmentation one{.frames = {{1, 0, std::vector<std::uint16_t>(30, 1)}}};
};

TEST_F(ReadLabels, TakesSegmentsCodesAndReferencesOfASegmentation) {
  auto file = drawn_segmentation(image, "1.2.3.7", {.segments = 2, .frames = one.frames});
  // CIELab of sRGB red, as PS3.3 C.10.7.1.1 scales it.
  file.set_in("SegmentSequence", 1, "RecommendedDisplayCIELabValue", "35569\\53662\\50867");
  for (const auto syntax : {transfer_syntax::explicit_little, transfer_syntax::implicit_little,
                            transfer_syntax::explicit_big, transfer_syntax::deflated}) {
    const auto found = segmentation(file, syntax);
    ASSERT_TRUE(found) << syntax << found.problem().detail;
    ASSERT_THAT(found->segments, SizeIs(2));
    EXPECT_EQ(found->segments[1].name, "Segment 2");
    EXPECT_EQ(found->segments[1].algorithm_type, "AUTOMATIC");
    ASSERT_TRUE(found->segments[1].type);
    EXPECT_EQ(found->segments[1].type->value, "10200004");
    EXPECT_EQ(found->segments[1].type->meaning, "Liver");
    ASSERT_TRUE(found->segments[1].colour);
    EXPECT_NEAR((*found->segments[1].colour)[0], 255, 2);
    EXPECT_NEAR((*found->segments[1].colour)[1], 0, 12);
    EXPECT_FALSE(found->segments[0].colour);
    EXPECT_THAT(found->references.series, ElementsAre("1.2.3.4"));
    EXPECT_THAT(found->references.instances, ElementsAre("1.2.3.4.1", "1.2.3.4.2", "1.2.3.4.3"));
    EXPECT_THAT(found->references.frames_of_reference, ElementsAre("1.2.3.9"));
  }
  file.undefined_lengths();
  EXPECT_TRUE(segmentation(file));
}

TEST_F(ReadLabels, TakesTheSourcesOfFramesWhereNoSeriesIsReferenced) {
  auto drawn = one;
  drawn.has_references = false;
  auto file = drawn_segmentation(image, "1.2.3.7", drawn);
  file.set_in("PerFrameFunctionalGroupsSequence[0].DerivationImageSequence[0].SourceImageSequence",
              0, "ReferencedSOPInstanceUID", "1.2.3.4.2");
  EXPECT_THAT(segmentation(file)->references.instances, ElementsAre("1.2.3.4.2"));
}

TEST_F(ReadLabels, RefusesSegmentsThatAreNoVoxelValues) {
  const auto reason = [&](const auto& change) {
    auto file = drawn_segmentation(image, "1.2.3.7", {.segments = 2, .frames = one.frames});
    change(file);
    const auto found = segmentation(file);
    return found ? Reason::internal_error : found.problem().reason;
  };
  const auto malformed = Reason::malformed;
  EXPECT_EQ(reason([](auto& f) { f.set_in("SegmentSequence", 1, "SegmentNumber", "0"); }),
            malformed);
  EXPECT_EQ(reason([](auto& f) { f.set_in("SegmentSequence", 1, "SegmentNumber", "1"); }),
            malformed);
  EXPECT_EQ(reason([](auto& f) { f.remove("SegmentSequence"); }), malformed);
  EXPECT_EQ(reason([](auto& f) { f.set("SegmentationType", "FRACTIONAL"); }), malformed);
  EXPECT_EQ(reason([](auto& f) { f.set("SegmentationType", "SURFACE"); }),
            Reason::pixel_layout_unsupported);
}

TEST_F(ReadLabels, TakesStructuresContoursAndReferencesOfAStructureSet) {
  const auto file = drawn_structure_set(
      image, "1.2.3.8",
      {{"7", "Liver/../../x", {circle({0, 0, 30}, 4, 6), {{{1, 2, 3}}, "POINT"}}},
       {"2", "Line", {{{{0, 0, 0}, {1, 0, 0}, {1, 1, 0}}, "OPEN_PLANAR"}}}});
  for (const auto syntax : {transfer_syntax::explicit_little, transfer_syntax::implicit_little,
                            transfer_syntax::deflated}) {
    const auto found = structures(file, syntax);
    ASSERT_TRUE(found) << found.problem().detail;
    ASSERT_THAT(found->structures, SizeIs(2));
    const auto& liver = found->structures[0];
    EXPECT_EQ(liver.segment.number, 7U);
    EXPECT_EQ(liver.segment.name, "Liver/../../x");
    EXPECT_EQ(liver.segment.interpreted_type, "ORGAN");
    EXPECT_THAT(*liver.segment.colour, ElementsAre(255, 128, 0));
    ASSERT_THAT(liver.contours, SizeIs(1));
    EXPECT_THAT(liver.contours[0], SizeIs(6));
    EXPECT_EQ(liver.points, 1U);
    EXPECT_EQ(found->structures[1].open_contours, 1U);
    EXPECT_THAT(found->references.series, ElementsAre("1.2.3.4"));
    EXPECT_THAT(found->references.instances, SizeIs(3));
    EXPECT_FALSE(found->is_renumbered);
  }
}

TEST_F(ReadLabels, CountsStructuresWhoseNumbersAreNoVoxelValues) {
  const auto found = structures(drawn_structure_set(
      image, "1.2.3.8", {{"70000", "a", {circle({0, 0, 30}, 4)}}, {"0", "b", {}}}));
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->is_renumbered);
  EXPECT_EQ(found->structures[0].segment.number, 1U);
  EXPECT_EQ(found->structures[0].segment.roi_number, 70000);
  EXPECT_EQ(found->structures[1].segment.number, 2U);
}

TEST_F(ReadLabels, RefusesAStructureSetThatContradictsItself) {
  auto file = drawn_structure_set(image, "1.2.3.8", {{"1", "a", {circle({0, 0, 30}, 4)}}});
  file.set_in("ROIContourSequence", 0, "ReferencedROINumber", "5");
  EXPECT_THAT(structures(file).problem().detail, HasSubstr("which no structure has"));
  const auto twice = drawn_structure_set(image, "1.2.3.8", {{"1", "a", {}}, {"1", "b", {}}});
  EXPECT_EQ(structures(twice).problem().reason, Reason::malformed);
  const auto large = drawn_structure_set(image, "1.2.3.8", {{"1", "a", {circle({}, 4, 500)}}});
  const auto instance = decode_built(large, folder / "large.dcm");
  EXPECT_EQ(read_structure_set(*instance, 4000).problem().reason, Reason::exceeds_memory);
}

TEST(ParseContour, TakesWholePointsAlone) {
  EXPECT_THAT(parse_contour("1\\2\\3\\ 4 \\+5\\-6e0 ", 2).points,
              ElementsAre(Vector3{1, 2, 3}, Vector3{4, 5, -6}));
  EXPECT_THAT(parse_contour("", 0).points, SizeIs(0));
  EXPECT_THAT(parse_contour("1\\2\\3\\4", 0).damage, HasSubstr("no whole points"));
  EXPECT_THAT(parse_contour("1\\x\\3", 0).damage, HasSubstr("coordinate 2"));
  EXPECT_THAT(parse_contour("1\\nan\\3", 0).damage, HasSubstr("coordinate 2"));
  EXPECT_THAT(parse_contour("1\\2\\1e300", 0).damage, HasSubstr("beyond all patients"));
  EXPECT_THAT(parse_contour("1\\\\3", 0).damage, HasSubstr("coordinate 2"));
  EXPECT_THAT(parse_contour("1\\2\\3", 2).damage, HasSubstr("promises 2 points and has 1"));
}

}  // namespace
}  // namespace dcmflow
