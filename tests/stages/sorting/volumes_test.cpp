// Positions that repeat: what becomes of volumes, and of those that are not whole.

#include "tests/stages/sorting/volumes_scene.h"

namespace dcmflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string text(double number) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "%.10g", number);
  return digits;
}

TEST_F(Volumes, OfADiffusionSeriesRunInTheOrderOfAcquisition) {
  const std::vector<std::string> b_values{"", "1000", "1000", "0"};
  const std::vector<std::string> directions{"", "0\\0.6\\0.8", "1\\0\\0", ""};
  write_volumes(4, [&](unsigned v, unsigned k, DicomBuilder& file) {
    file.set("InstanceNumber", std::to_string(1 + 4 * k + v));
    if (!b_values[v].empty()) file.set("DiffusionBValue", b_values[v]);
    if (!directions[v].empty()) file.set("DiffusionGradientOrientation", directions[v]);
  });
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  const auto& stack = sorted.stacks.front();
  EXPECT_EQ(stack.dimension, "diffusion");
  EXPECT_EQ(frames(stack), in_order({0, 1, 2, 3}));
  ASSERT_THAT(stack.volume_keys, SizeIs(4));
  EXPECT_EQ(stack.volume_keys[0].diffusion->b_value, 0);  // nothing said that it is weighted
  EXPECT_EQ(stack.volume_keys[1].diffusion->b_value, 1000);
  EXPECT_THAT(*stack.volume_keys[1].diffusion->direction, ElementsAre(0, 0.6, 0.8));
  EXPECT_THAT(*stack.volume_keys[2].diffusion->direction, ElementsAre(1, 0, 0));
  EXPECT_FALSE(stack.volume_keys[3].diffusion->direction.has_value());
  EXPECT_FALSE(stack.volume_keys[1].time.has_value());
  EXPECT_THAT(stack.flags, IsEmpty());
}

// Instance Numbers count them in another order at every other position.
TEST_F(Volumes, OfOneBValueAreToldApartByTheirDirections) {
  write_volumes(2, [&](unsigned v, unsigned k, DicomBuilder& file) {
    file.set("InstanceNumber", std::to_string(1 + 2 * k + (v + k) % 2))
        .set("DiffusionBValue", "1000")
        .set("DiffusionGradientOrientation", v == 0 ? "0\\0.6\\0.8" : "0\\0.8\\0.6");
  });
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  const auto& stack = sorted.stacks.front();
  EXPECT_EQ(stack.dimension, "diffusion");
  EXPECT_EQ(frames(stack), in_order({0, 1}));
  EXPECT_THAT(*stack.volume_keys.at(0).diffusion->direction, ElementsAre(0, 0.6, 0.8));
}

TEST_F(Volumes, OfTwoPlacesKeepTheirBValues) {
  const std::vector<std::string> b_values{"0", "1000", "500", "2000"};
  write_volumes(4, [&](unsigned v, unsigned k, DicomBuilder& file) {
    file.set("TemporalPositionIdentifier", std::to_string(v + 1))
        .set("DiffusionBValue", b_values[v])
        .set("ImagePositionPatient", text(-10 + 3.0 * (v % 2)) + "\\-20\\" + text(30 + 2.5 * k));
  });
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(2));
  for (const auto& stack : sorted.stacks) {
    const bool is_first = frames(stack) == in_order({0, 2});
    EXPECT_EQ(frames(stack), is_first ? in_order({0, 2}) : in_order({1, 3}));
    ASSERT_THAT(stack.volume_keys, SizeIs(2));
    EXPECT_EQ(stack.volume_keys[0].diffusion->b_value, is_first ? 0 : 1000);
    EXPECT_EQ(stack.volume_keys[1].diffusion->b_value, is_first ? 500 : 2000);
  }
}

TEST_F(Volumes, RunOverDiffusionWhateverToldThemApart) {
  const std::vector<std::string> b_values{"0", "0", "500"};
  write_volumes(3, [&](unsigned v, unsigned, DicomBuilder& file) {
    file.set("DiffusionBValue", b_values[v]).set("AcquisitionTime", "12000" + std::to_string(v));
  });
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_EQ(sorted.stacks.front().dimension, "diffusion");
  EXPECT_EQ(sorted.stacks.front().volume_keys[2].diffusion->b_value, 500);
  EXPECT_EQ(frames(sorted.stacks.front()), in_order({0, 1, 2}));
}

TEST_F(Volumes, AreFoundInEachEchoAndImageComponent) {
  for (const auto* component : {"M", "P"})
    for (const auto* echo : {"5", "10.2"})
      write_volumes(2, [&](unsigned v, unsigned, DicomBuilder& file) {
        file.set("ImageType", std::string("ORIGINAL\\PRIMARY\\") + component)
            .set("EchoTime", echo)
            .set("TemporalPositionIdentifier", std::to_string(v + 1));
      });
  const auto sorted = sort();
  EXPECT_THAT(stems(sorted), testing::UnorderedElementsAre("1.2.3.4", "1.2.3.4_echo",
                                                           "1.2.3.4_phase", "1.2.3.4_phase2"));
  for (const auto& stack : sorted.stacks) {
    EXPECT_EQ(stack.volumes, 2u);
    EXPECT_EQ(frames(stack), in_order({0, 1}));
  }
}

TEST_F(Volumes, AreToldApartByTwoKeysTogether) {
  write_volumes(4, [](unsigned v, unsigned k, DicomBuilder& file) {
    // Instance Numbers make no blocks of volumes.
    file.set("InstanceNumber", std::to_string(1 + 4 * k + (v + k) % 4))
        .set("TemporalPositionIdentifier", std::to_string(1 + v / 2))
        .set("NominalPercentageOfCardiacPhase", v % 2 ? "70" : "30");
  });
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_EQ(frames(sorted.stacks.front()), in_order({0, 1, 2, 3}));
  EXPECT_EQ(sorted.stacks.front().volume_keys[2].value, "2/30");
  EXPECT_THAT(sorted.stacks.front().flags, IsEmpty());
}

TEST_F(Volumes, OfOnePositionAreSlicesOverTime) {
  for (unsigned v = 0; v < 3; ++v)
    write({.slices = 1, .rescale_intercept = 3.0 * v, .edit = [v](unsigned, DicomBuilder& file) {
             file.set("AcquisitionNumber", std::to_string(3 - v));
           }});
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  const auto& stack = sorted.stacks.front();
  EXPECT_EQ(stack.volumes, 3u);
  EXPECT_EQ(stack.written_slices(), 3u);
  EXPECT_EQ(stack.frames.front().intercept, 6);
  EXPECT_EQ(stack.grid.size[2], 1u);
  EXPECT_EQ(stack.grid.spacing[2], 2.5);
}

TEST_F(Volumes, AreGuessedFromTheOrderOfNumbersAtEachPositionAndFlagged) {
  write_volumes(3, [](unsigned v, unsigned k, DicomBuilder& file) {
    file.set("InstanceNumber", std::to_string(50 + 200 * k + v));
  });
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_EQ(frames(sorted.stacks.front()), in_order({0, 1, 2}));
  EXPECT_THAT(sorted.stacks.front().flags, ElementsAre("dimension_guessed"));
  EXPECT_EQ(sorted.stacks.front().verdict, Verdict::warn);
}

TEST_F(Volumes, AreGuessedFromTheOrderOfTimesWhereNumbersSayNothing) {
  write_volumes(3, jittered("AcquisitionTime"));
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_EQ(frames(sorted.stacks.front()), in_order({2, 1, 0}));
  EXPECT_THAT(sorted.stacks.front().flags, ElementsAre("dimension_guessed"));
}

TEST_F(Volumes, RunOverMidnightInTheOrderOfTime) {
  write_volumes(4, set_by_volume("AcquisitionTime", {"235800", "235900", "000000.5", "000100"}));
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_EQ(frames(sorted.stacks.front()), in_order({0, 1, 2, 3}));
}

TEST_F(Volumes, AreRefusedWhereNothingTellsThemApart) {
  write_volumes(2, [](unsigned, unsigned, DicomBuilder&) {});
  const auto sorted = sort();
  EXPECT_THAT(sorted.stacks, IsEmpty());
  EXPECT_THAT(sorted.refused, SizeIs(8));
  EXPECT_THAT(reasons(sorted), ElementsAre("ambiguous_positions"));
  EXPECT_EQ(sorted.refused.front().detail,
            "2 images at each of 4 positions, and nothing says which are of one volume");
}

TEST_F(Volumes, AreNeverMixedWhereEachLacksAnotherSlice) {
  for (const bool with_positions_in_time : {true, false}) {
    clear();
    write_volumes(4,
                  [&](unsigned v, unsigned k, DicomBuilder& file) {
                    file.set("InstanceNumber", std::to_string(1 + v * slices + k));
                    if (with_positions_in_time)
                      file.set("TemporalPositionIdentifier", std::to_string(1 + v));
                  },
                  {{0, 0}, {1, 1}, {2, 2}, {3, 3}});
    const auto sorted = sort();
    EXPECT_THAT(sorted.stacks, IsEmpty());
    EXPECT_THAT(reasons(sorted), ElementsAre("ambiguous_positions"));
  }
}

struct IncompleteCase {
  std::string name;
  Edit edit;
};
class IncompleteVolumes : public Volumes, public testing::WithParamInterface<IncompleteCase> {};

TEST_P(IncompleteVolumes, AreLeftOutAndTheOthersWritten) {
  write_volumes(4, GetParam().edit, {{2, 1}, {2, 3}});
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  const auto& stack = sorted.stacks.front();
  EXPECT_EQ(stack.volumes, 3u);
  EXPECT_EQ(frames(stack), in_order({0, 1, 3}));
  EXPECT_THAT(stack.volume_keys, SizeIs(3));
  EXPECT_EQ(stack.verdict, Verdict::partial);
  ASSERT_THAT(stack.missing, SizeIs(1));
  EXPECT_THAT(stack.missing.front(), HasSubstr("2 of 4 slices missing, at 32.5, 37.5 mm"));
  EXPECT_THAT(sorted.refused, SizeIs(2));
  EXPECT_THAT(reasons(sorted), ElementsAre("incomplete_volume"));
}

INSTANTIATE_TEST_SUITE_P(
    EachWay, IncompleteVolumes,
    testing::Values(IncompleteCase{"ByKey",
                                   [](unsigned v, unsigned, DicomBuilder& file) {
                                     file.set("TemporalPositionIdentifier", std::to_string(v + 1));
                                   }},
                    IncompleteCase{"ByNumbersVolumeAfterVolume",
                                   [](unsigned v, unsigned k, DicomBuilder& file) {
                                     file.set("InstanceNumber",
                                              std::to_string(1 + v * 4 + (k * 2 + 1) % 5 % 4));
                                   }},
                    IncompleteCase{"ByNumbersPositionAfterPosition",
                                   [](unsigned v, unsigned k, DicomBuilder& file) {
                                     file.set("InstanceNumber", std::to_string(1 + k * 4 + v));
                                   }}),
    [](const auto& test) { return test.param.name; });

TEST_F(Volumes, OfWhichOneAloneIsCompleteAreThatOne) {
  write_volumes(2,
                [](unsigned v, unsigned, DicomBuilder& file) {
                  file.set("AcquisitionNumber", std::to_string(v + 1));
                },
                {{1, 0}});
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  const auto& stack = sorted.stacks.front();
  EXPECT_EQ(stack.volumes, 1u);
  EXPECT_EQ(stack.dimension, "");
  EXPECT_THAT(stack.volume_keys, IsEmpty());
  EXPECT_EQ(stack.verdict, Verdict::partial);
  EXPECT_THAT(stack.missing, ElementsAre("volume 2: 1 of 4 slices missing, at 30 mm"));
}

TEST_F(Volumes, AreRefusedWhereNumbersOfASubsetFitNoBlocks) {
  write_volumes(3,
                [](unsigned v, unsigned k, DicomBuilder& file) {
                  file.set("InstanceNumber",
                           std::to_string(2 + v * 5 + k));  // a fifth position is gone
                },
                {{1, 2}});
  const auto sorted = sort();
  EXPECT_THAT(sorted.stacks, IsEmpty());
  EXPECT_THAT(reasons(sorted), ElementsAre("ambiguous_positions"));
}

TEST_F(Volumes, BecomeImagesOfTheirOwnUnderSplit) {
  write_volumes(3, set_by_volume("AcquisitionNumber", {"3", "2", "1"}));
  const auto sorted = sort({.multi_volume = MultiVolume::split});
  EXPECT_THAT(stems(sorted),
              ElementsAre("1.2.3.4", "1.2.3.4_acquisition2", "1.2.3.4_acquisition3"));
  EXPECT_EQ(sorted.stacks[1].split_reason, "acquisition2");
  for (unsigned v = 0; v < 3; ++v) {
    const auto& stack = sorted.stacks[v];
    EXPECT_EQ(frames(stack), in_order({2 - v}));
    EXPECT_EQ(stack.volumes, 1u);
    EXPECT_EQ(stack.dimension, "");
    EXPECT_THAT(stack.volume_keys, IsEmpty());
  }
  EXPECT_THAT(sorted.refused, IsEmpty());
}

TEST_F(Volumes, AreTheFirstAloneUnderFirst) {
  write_volumes(3, set_by_volume("AcquisitionNumber", {"3", "2", "1"}));
  const auto sorted = sort({.multi_volume = MultiVolume::first});
  EXPECT_THAT(stems(sorted), ElementsAre("1.2.3.4"));
  EXPECT_EQ(frames(sorted.stacks.front()), in_order({2}));
  EXPECT_THAT(sorted.refused, SizeIs(8));
  EXPECT_THAT(reasons(sorted), ElementsAre("further_volume"));
}

TEST_F(Volumes, ThatLieElsewhereInTheirPlaneAreImagesOfTheirOwn) {
  write_volumes(2, [](unsigned v, unsigned k, DicomBuilder& file) {
    file.set("AcquisitionNumber", std::to_string(v));
    // The second volume was moved sideways: the same positions along the normal.
    file.set("ImagePositionPatient", text(v ? -15 : -10) + "\\-20\\" + text(30 + 2.5 * k));
  });
  const auto sorted = sort();
  EXPECT_THAT(stems(sorted), ElementsAre("1.2.3.4", "1.2.3.4_place"));
  EXPECT_EQ(sorted.stacks.front().grid.origin[0], -10);
  EXPECT_EQ(sorted.stacks.back().grid.origin[0], -15);
  EXPECT_THAT(reasons(sorted), IsEmpty());
}

// A twentieth of the gap between slices, 2.5 mm.
TEST_F(Volumes, AreOneImageWhereTheyMoveInTheirPlaneByATwentiethOfTheGap) {
  for (const auto& [moved, images] : {std::pair{"-9.89", 1U}, std::pair{"-9.86", 2U}})
    for (const auto& left_out :
         {std::set<std::pair<unsigned, unsigned>>{},
          std::set<std::pair<unsigned, unsigned>>{{0, 2}, {0, 3}, {1, 2}, {1, 3}}}) {
      clear();
      write_volumes(
          2,
          [x = std::string(moved)](unsigned v, unsigned k, DicomBuilder& file) {
            file.set("TemporalPositionIdentifier", std::to_string(v + 1));
            file.set("ImagePositionPatient", (v == 0 ? "-10" : x) + "\\-20\\" + text(30 + 2.5 * k));
          },
          left_out);
      EXPECT_THAT(sort().stacks, SizeIs(images)) << moved;
    }
}

}  // namespace
}  // namespace dcmflow
