// Each attribute that tells volumes apart, and the order and the times that it gives them.

#include "tests/stages/sorting/volumes_scene.h"

namespace dcmflow {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

struct KeyCase {
  std::string name;
  Edit edit;  // volume 0 is to be the last, volume 2 the first
  std::string dimension;
  std::vector<std::string> values;
  std::vector<double> times;
};

class TellsVolumesApart : public Volumes, public testing::WithParamInterface<KeyCase> {};

TEST_P(TellsVolumesApart, ByAKeyAndPutsThemInItsOrder) {
  const auto& c = GetParam();
  write_volumes(3, c.edit);
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  const auto& stack = sorted.stacks.front();
  EXPECT_EQ(stack.volumes, 3u);
  EXPECT_THAT(stack.grid.size, ElementsAre(12u, 10u, slices));
  EXPECT_EQ(frames(stack), in_order({2, 1, 0}));
  EXPECT_EQ(stack.dimension, c.dimension);
  std::vector<std::string> values;
  std::vector<double> times;
  for (const auto& key : stack.volume_keys) {
    values.push_back(key.value);
    if (key.time) times.push_back(*key.time);
  }
  EXPECT_EQ(values, c.values);
  EXPECT_EQ(times, c.times);
  EXPECT_THAT(sorted.refused, IsEmpty());
  EXPECT_THAT(stack.flags, IsEmpty());
  EXPECT_THAT(stack.missing, IsEmpty());
  EXPECT_EQ(stack.verdict, Verdict::pass);
}

INSTANTIATE_TEST_SUITE_P(
    EachKey, TellsVolumesApart,
    testing::Values(
        KeyCase{"TemporalPosition",
                both(set_by_volume("TemporalPositionIdentifier", {"10", "9", "8"}),
                     set_by_volume("TemporalResolution", {"1500", "1500", "1500"})),
                "time",
                {"8", "9", "10"},
                {0, 1.5, 3}},
        KeyCase{"TriggerTime",
                set_by_volume("TriggerTime", {"800.5", "400", "0"}),
                "time",
                {"0", "400", "800.5"},
                {0, 0.4, 0.8005}},
        KeyCase{"CardiacPhase",
                set_by_volume("NominalPercentageOfCardiacPhase", {"75", "40", "5"}),
                "cardiac_phase",
                {"5", "40", "75"},
                {}},
        KeyCase{"FrameReferenceTime",
                set_by_volume("FrameReferenceTime", {"121000", "61000", "1000"}),
                "time",
                {"1000", "61000", "121000"},
                {0, 60, 120}},
        KeyCase{"AcquisitionNumber",
                set_by_volume("AcquisitionNumber", {"12", "11", "9"}),
                "acquisition",
                {"9", "11", "12"},
                {}},
        KeyCase{"AcquisitionNumberAndWhenItWas",
                both(set_by_volume("AcquisitionNumber", {"12", "11", "9"}),
                     jittered("AcquisitionTime")),
                "time",
                {"9", "11", "12"},
                {0, 10, 20}},
        KeyCase{"AcquisitionTime",
                set_by_volume("AcquisitionTime", {"120003.5", "120001.25", "115959"}),
                "time",
                {"115959", "120001.25", "120003.5"},
                {0, 2.25, 4.5}},
        KeyCase{"AcquisitionTimePastMidnight",
                both(set_by_volume("AcquisitionTime", {"000002", "000000", "235958"}),
                     set_by_volume("AcquisitionDate", {"20240301", "20240301", "20240229"})),
                "time",
                {"235958", "000000", "000002"},
                {0, 2, 4}},
        KeyCase{"AcquisitionDateTime",
                set_by_volume("AcquisitionDateTime",
                              {"20240301000002.5+0100", "20240301+0100", "20240229235958"}),
                "time",
                {"20240229235958", "20240301+0100", "20240301000002.5+0100"},
                {0, 2, 4.5}},
        KeyCase{"ContentTime",
                set_by_volume("ContentTime", {"120010", "120005", "120000"}),
                "time",
                {"120000", "120005", "120010"},
                {0, 5, 10}},
        KeyCase{"InstanceNumberBlocks",
                numbered_in_blocks(),
                "instance_number",
                {"100", "128", "156"},
                {}},
        KeyCase{"InstanceNumberBlocksOfTemporalPositions",
                both(both(numbered_in_blocks(),
                          set_by_volume("NumberOfTemporalPositions", {"3", "3", "3"})),
                     both(set_by_volume("RepetitionTime", {"2000", "2000", "2000"}),
                          set_by_volume("MRAcquisitionType", {"2D", "2D", "2D"}))),
                "time",
                {"100", "128", "156"},
                {0, 2, 4}},
        KeyCase{"InstanceNumberBlocksWhereTimesAreThoseOfSlices",
                both(numbered_in_blocks(), jittered("AcquisitionTime")),
                "time",
                {"100", "128", "156"},
                {0, 10, 20}},
        KeyCase{"EarlierKeysFirst",
                both(set_by_volume("TemporalPositionIdentifier", {"3", "2", "1"}),
                     set_by_volume("AcquisitionTime", {"120000", "120005", "120010"})),
                "time",
                {"1", "2", "3"},
                {}}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace dcmflow
