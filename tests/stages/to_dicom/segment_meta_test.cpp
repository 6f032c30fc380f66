#include "stages/to_dicom/segment_meta.h"

#include <gmock/gmock.h>

namespace dcmflow {
namespace {

using testing::HasSubstr;

TEST(SegmentMeta, IsSortedByNumberAndHasDefaults) {
  const auto meta = parse_segment_meta(
      R"({"segments": [{"number": 9, "name": "b"}, {"number": 2, "name": "a"}]})", "meta.json");
  ASSERT_TRUE(meta) << meta.problem().detail;
  ASSERT_EQ(meta->segments.size(), 2U);
  EXPECT_EQ(meta->segments[0].number, 2);
  EXPECT_EQ(meta->segments[0].name, "a");
  EXPECT_EQ(meta->segments[0].category.value, "85756007");
  EXPECT_EQ(meta->segments[0].type.meaning, "Tissue");
  EXPECT_EQ(meta->segments[0].algorithm_type, "AUTOMATIC");
  EXPECT_FALSE(meta->segments[0].anatomy);
  EXPECT_EQ(meta->content_label, "SEGMENTATION");
}

TEST(SegmentMeta, TakesWhatIsGiven) {
  const auto meta = parse_segment_meta(
      R"({"segments": [{"number": 1, "name": "ödema", "description": "d",
           "type": {"value": "52988006", "scheme": "SCT", "meaning": "Lesion"},
           "anatomy": {"value": "69536005", "scheme": "SCT", "meaning": "Head"},
           "algorithm": {"type": "MANUAL"}, "colour": [255, 0, 7]}],
          "series_description": "s", "content_label": "A_1", "content_description": "c",
          "creator": "A^B"})",
      "meta.json");
  ASSERT_TRUE(meta) << meta.problem().detail;
  const auto& segment = meta->segments[0];
  EXPECT_EQ(segment.type.value, "52988006");
  EXPECT_EQ(segment.category.value, "85756007");
  EXPECT_EQ(segment.anatomy->meaning, "Head");
  EXPECT_EQ(segment.algorithm_name, "");
  EXPECT_EQ((*segment.rgb)[2], 7);
  EXPECT_EQ(meta->creator, "A^B");
}

// A segment of labels.json goes back as it came.
TEST(SegmentMeta, PassesOverWhatItDoesNotNeed) {
  const auto meta = parse_segment_meta(
      R"({"segments": [{"number": 1, "name": "a", "description": null, "voxels": 12,
           "volume_mm3": 3.5, "category": null, "type": null, "colour": null,
           "algorithm": {"type": null, "name": null}, "roi_number": 4,
           "interpreted_type": "GTV"}]})",
      "meta.json");
  ASSERT_TRUE(meta) << meta.problem().detail;
  EXPECT_EQ(meta->segments[0].type.value, "85756007");
  EXPECT_EQ(meta->segments[0].algorithm_type, "AUTOMATIC");
  EXPECT_EQ(meta->segments[0].algorithm_name, "unnamed");
}

TEST(SegmentMeta, TellsWhereAFaultStands) {
  const auto meta =
      parse_segment_meta("{\"segments\": [\n  {\"number\": 1, \"nmae\": \"a\"}]}", "meta.json");
  ASSERT_FALSE(meta);
  EXPECT_EQ(meta.problem().reason, Reason::bad_settings);
  EXPECT_EQ(meta.problem().subject, "meta.json");
  EXPECT_THAT(meta.problem().detail, HasSubstr("line 2, column 17: unknown member 'nmae'"));
  EXPECT_THAT(meta.problem().detail, HasSubstr("did you mean \"name\"?"));
}

}  // namespace
}  // namespace dcmflow
