// An image must prove that it is one: contrasts that share positions, interleave or lie apart.

#include <cmath>

#include "tests/stages/sorting/volumes_scene.h"

namespace dcmflow {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string text(double number) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "%.10g", number);
  return digits;
}

// At (−10, −20, z).
Edit at(const std::function<double(unsigned volume, unsigned slice)>& z) {
  return [=](unsigned v, unsigned k, DicomBuilder& file) {
    file.set("ImagePositionPatient", "-10\\-20\\" + text(z(v, k)));
  };
}

Edit numbered_at_random() {
  return [](unsigned v, unsigned k, DicomBuilder& file) {
    file.set("InstanceNumber", std::to_string(1 + 2 * k + (v + k) % 2));
  };
}

struct ContrastCase {
  std::string name, keyword, first, second, word;
};
class ContrastsAtOnePosition : public Volumes, public testing::WithParamInterface<ContrastCase> {};

TEST_P(ContrastsAtOnePosition, AreImagesOfTheirOwn) {
  const auto& c = GetParam();
  write_volumes(2, both(numbered_at_random(), set_by_volume(c.keyword, {c.first, c.second})));
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(2));
  EXPECT_EQ(sorted.stacks[1].split_reason, c.word);
  std::set<std::vector<std::string>> found;
  for (const auto& stack : sorted.stacks) {
    found.insert(frames(stack));
    EXPECT_THAT(stack.flags, IsEmpty());
  }
  EXPECT_EQ(found, (std::set{in_order({0}), in_order({1})}));
}

INSTANTIATE_TEST_SUITE_P(
    EachAttribute, ContrastsAtOnePosition,
    testing::Values(
        ContrastCase{"EchoTime", "EchoTime", "4.92", "7.38", "echo"},
        ContrastCase{"InversionTime", "InversionTime", "100", "500", "inversion"},
        ContrastCase{"FlipAngle", "FlipAngle", "5", "20", "flip"},
        ContrastCase{"RepetitionTime", "RepetitionTime", "20", "100", "repetition"},
        ContrastCase{"Kvp", "KVP", "80", "140", "kvp"},
        ContrastCase{"Energy", "MonoenergeticEnergyEquivalent", "40", "190", "energy"},
        ContrastCase{"EnergyWindow", "EnergyWindowLowerLimit", "126.45", "143.1", "energy_window"},
        ContrastCase{"Kernel", "ConvolutionKernel", "B30f", "B70f", "kernel"},
        ContrastCase{"Thickness", "SliceThickness", "1", "5", "thickness"},
        ContrastCase{"Transfer", "MagnetizationTransfer", "NONE", "ON_RESONANCE", "transfer"},
        ContrastCase{"Recovery", "InversionRecovery", "YES", "NO", "preparation"},
        ContrastCase{"Excitation", "SpectrallySelectedExcitation", "WATER", "FAT", "excitation"},
        ContrastCase{"Tagging", "Tagging", "NONE", "GRID", "tagging"},
        ContrastCase{"KernelGroup", "ConvolutionKernelGroup", "BONE", "SOFT", "kernel"},
        ContrastCase{"AgentPhase", "ContrastBolusAgentPhase", "ARTERIAL", "VENOUS", "agent_phase"},
        ContrastCase{"Corrections", "CorrectedImage", "NORM\\ATTN", "NORM", "corrections"},
        ContrastCase{"Velocity", "VelocityEncodingDirection", "1\\0\\0", "0\\1\\0", "velocity"},
        ContrastCase{"OppositeVelocity", "VelocityEncodingDirection", "1\\0\\0", "-1\\0\\0",
                     "velocity"},
        ContrastCase{"Units", "Units", "BQML", "GML", "units"},
        ContrastCase{"ImageType", "ImageType", "ORIGINAL\\PRIMARY\\M\\A", "ORIGINAL\\PRIMARY\\M\\B",
                     "b"}),
    [](const auto& test) { return test.param.name; });

TEST_F(Volumes, AreNeverToldApartByWhatCutsAcrossContrasts) {
  // Acquisitions hold both inversion times in turn.
  write_volumes(2, [](unsigned v, unsigned k, DicomBuilder& file) {
    file.set("AcquisitionNumber", std::to_string(1 + (v + k) % 2))
        .set("InversionTime", v == 0 ? "100" : "900");
  });
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(2));
  for (const auto& stack : sorted.stacks)
    EXPECT_TRUE(frames(stack) == in_order({0}) || frames(stack) == in_order({1}));
}

TEST_F(Volumes, AreNeverToldApartByNumbersThatCutAcrossWords) {
  // Blocks of numbers and acquisitions hold slices of both sequences in turn.
  write_volumes(2, [](unsigned v, unsigned k, DicomBuilder& file) {
    const unsigned block = (v + k) % 2;
    file.set("AcquisitionNumber", std::to_string(1 + block))
        .set("InstanceNumber", std::to_string(1 + slices * block + k))
        .set("SequenceName", v == 0 ? "fl3d" : "tfl3d");
  });
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_THAT((std::set{in_order({0, 1}), in_order({1, 0})}), Contains(frames(sorted.stacks[0])));
}

TEST_F(Volumes, OfRepeatedWordsAreGuessedWithinEach) {
  const std::vector<std::string> sequences{"fl3d", "tfl3d", "tfl3d", "fl3d"};
  write_volumes(4, [&](unsigned v, unsigned k, DicomBuilder& file) {
    file.set("SequenceName", sequences[v]);
    file.set("InstanceNumber", std::to_string(1 + 4 * k + v));
  });
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  const auto& stack = sorted.stacks.front();
  ASSERT_EQ(stack.volumes, 4u);
  EXPECT_THAT(stack.flags, Contains("dimension_guessed"));
  for (unsigned v = 0; v < 4; ++v)
    for (unsigned k = 0; k < slices; ++k)
      EXPECT_EQ(stack.frames[v * slices + k].find(attribute_index(0x00180024)),
                stack.frames[v * slices].find(attribute_index(0x00180024)));
}

TEST_F(Volumes, RefusedForWordsThatMakeNoneAreToldOfThem) {
  // Three slices of one sequence at a position, and one of the other; then two of each.
  write_volumes(4, [](unsigned v, unsigned k, DicomBuilder& file) {
    file.set("SequenceName", v < 1 + k % 2 ? "fl3d" : "tfl3d");
    file.set("InstanceNumber", std::to_string(1 + 4 * k + v));
  });
  const auto sorted = sort();
  EXPECT_THAT(sorted.stacks, IsEmpty());
  ASSERT_THAT(reasons(sorted), ElementsAre("ambiguous_positions"));
  EXPECT_THAT(sorted.refused.front().detail, HasSubstr("SequenceName is fl3d and tfl3d"));
}

TEST_F(Volumes, OfRepeatedContrastsAreGuessedWithinEach) {
  const std::vector<std::string> b_values{"0", "800", "800", "0"};
  write_volumes(4, [&](unsigned v, unsigned k, DicomBuilder& file) {
    file.set("DiffusionBValue", b_values[v]);
    file.set("InstanceNumber", std::to_string(1 + 4 * k + v));
  });
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  const auto& stack = sorted.stacks.front();
  ASSERT_THAT(stack.volume_keys, SizeIs(4));
  EXPECT_THAT(stack.flags, Contains("dimension_guessed"));
  for (unsigned v = 0; v < 4; ++v)
    for (unsigned k = 0; k < slices; ++k)
      EXPECT_EQ(stack.frames[v * slices + k].find(attribute_index(0x00189087)),
                text(stack.volume_keys[v].diffusion->b_value));
}

struct HintCase {
  std::string name, keyword, first, second, dimension;
};
class Hints : public Volumes, public testing::WithParamInterface<HintCase> {};

TEST_P(Hints, TellVolumesApart) {
  const auto& c = GetParam();
  write_volumes(2, both(numbered_at_random(), set_by_volume(c.keyword, {c.first, c.second})));
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_THAT(sorted.stacks[0].flags, IsEmpty());
  EXPECT_EQ(sorted.stacks[0].dimension, c.dimension);
  EXPECT_THAT((std::set{in_order({0, 1}), in_order({1, 0})}), Contains(frames(sorted.stacks[0])));
}

INSTANTIATE_TEST_SUITE_P(
    EachAttribute, Hints,
    testing::Values(HintCase{"Coil", "ReceiveCoilName", "HEA;1", "HEA;2", "coil"},
                    HintCase{"PhaseEncoding", "InPlanePhaseEncodingDirection", "ROW", "COL",
                             "phase_encoding"},
                    HintCase{"Counts", "CountsSource", "EMISSION", "TRANSMISSION", "counts"}),
    [](const auto& test) { return test.param.name; });

TEST_F(Volumes, AreNotGuessedUnderStrict) {
  write_volumes(3, [](unsigned v, unsigned k, DicomBuilder& file) {
    file.set("InstanceNumber", std::to_string(50 + 200 * k + v));
  });
  const auto sorted = sort({.strict = true});
  EXPECT_THAT(sorted.stacks, IsEmpty());
  EXPECT_THAT(reasons(sorted), ElementsAre("ambiguous_positions"));
  EXPECT_THAT(sorted.refused.front().detail, HasSubstr("--strict"));
}

TEST_F(Volumes, AreToldApartByExactBValues) {
  write_volumes(
      3, both(numbered_at_random(), set_by_volume("DiffusionBValue", {"0", "0.001", "0.002"})));
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_EQ(sorted.stacks.front().volumes, 3u);
  EXPECT_THAT(sorted.stacks.front().flags, IsEmpty());
}

TEST_F(Volumes, AreToldApartByTheRankOfTriggerTimes) {
  write_volumes(3, [](unsigned v, unsigned k, DicomBuilder& file) {
    file.set("TriggerTime", text(40 * v + 1.5 * k));
    file.set("InstanceNumber", std::to_string(1 + 3 * k + (5 - v + k) % 3));
  });
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_EQ(frames(sorted.stacks.front()), in_order({0, 1, 2}));
  EXPECT_THAT(sorted.stacks.front().flags, IsEmpty());
}

TEST_F(Volumes, AreToldApartByTriggerTimesInEvenSteps) {
  // The last phases of short beats come before the middle ones of long beats.
  write_volumes(4, [](unsigned v, unsigned k, DicomBuilder& file) {
    file.set("TriggerTime", text((20 + 40 * v) * (1 + 0.4 * k)));
    file.set("InstanceNumber", std::to_string(1 + 4 * k + (7 - v + k) % 4));
  });
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_EQ(frames(sorted.stacks.front()), in_order({0, 1, 2, 3}));
  EXPECT_THAT(sorted.stacks.front().flags, IsEmpty());
}

TEST_F(Volumes, AreToldApartByTriggerTimesAsPartsOfTheInterval) {
  // In ms the phases of long beats come after the next ones of short beats.
  write_volumes(3, [](unsigned v, unsigned k, DicomBuilder& file) {
    const int interval = 600 + 200 * static_cast<int>(k);
    file.set("NominalInterval", std::to_string(interval));
    file.set("TriggerTime", text(interval * (0.1 + 0.3 * v)));
    file.set("InstanceNumber", std::to_string(1 + 3 * k + (5 - v + k) % 3));
  });
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_EQ(frames(sorted.stacks.front()), in_order({0, 1, 2}));
}

TEST_F(Volumes, AreBlocksWhateverCountsFrames) {
  write_volumes(3, [](unsigned v, unsigned k, DicomBuilder& file) {
    file.set("InstanceNumber", std::to_string(1 + 4 * v + k));
    file.set("TemporalPositionIdentifier", std::to_string(1 + 4 * v + k));
  });
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_EQ(frames(sorted.stacks.front()), in_order({0, 1, 2}));
}

TEST_F(Volumes, ThatInterleaveAreImagesOfTheirOwn) {
  write_volumes(2, both(set_by_volume("EchoTime", {"5", "50"}),
                        at([](unsigned v, unsigned k) { return 30 + 2.5 * k + 1.25 * v; })));
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(2));
  for (const auto& stack : sorted.stacks) {
    EXPECT_EQ(stack.grid.size[2], slices);
    EXPECT_THAT(stack.flags, ElementsAre("shifted_grid"));
    EXPECT_EQ(stack.verdict, Verdict::warn);
  }
}

TEST_F(Volumes, OnTwoGridsAreImagesOfTheirOwn) {
  // A shuttle: acquisitions 1 and 3 here, 2 and 4 a millimetre further.
  write_volumes(4, both(set_by_volume("AcquisitionNumber", {"1", "2", "3", "4"}),
                        at([](unsigned v, unsigned k) { return 30 + 2.5 * k + v % 2; })));
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(2));
  EXPECT_EQ(frames(sorted.stacks[0]), in_order({0, 2}));
  EXPECT_EQ(frames(sorted.stacks[1]), in_order({1, 3}));
  EXPECT_EQ(sorted.stacks[1].split_reason, "acquisition");
  EXPECT_EQ(sorted.stacks[1].field_suffix, "_acquisition");
}

TEST_F(Volumes, OfWordsThatInterleaveAreImagesOfTheirOwn) {
  write_volumes(2, both(set_by_volume("SequenceName", {"fl3d", "tfl3d"}),
                        at([](unsigned v, unsigned k) { return 30 + 2.5 * k + 1.25 * v; })));
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(2));
  EXPECT_EQ(frames(sorted.stacks[0]), in_order({0}));
  EXPECT_EQ(frames(sorted.stacks[1]), in_order({1}));
  EXPECT_EQ(sorted.stacks[1].split_reason, "sequence");
  EXPECT_THAT(sorted.stacks[1].flags, Contains("shifted_grid"));
}

TEST_F(Volumes, OfWordsOneBehindTheOtherAreOneImage) {
  write_volumes(2, both(set_by_volume("ScanningSequence", {"SE", "GR"}),
                        at([](unsigned v, unsigned k) { return 30 + 2.5 * (k + slices * v); })));
  EXPECT_THAT(sort().stacks, SizeIs(1));
}

TEST_F(Volumes, OfContrastsOneBehindTheOtherAreImagesOfTheirOwn) {
  write_volumes(2, both(set_by_volume("SequenceName", {"fl3d", "tfl3d"}),
                        at([](unsigned v, unsigned k) { return 30 + 2.5 * (k + slices * v); })));
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(2));
  EXPECT_EQ(frames(sorted.stacks[0]), in_order({0}));
  EXPECT_EQ(frames(sorted.stacks[1]), in_order({1}));
  EXPECT_THAT(sorted.stacks[1].flags, Contains("split_by_contrast"));
}

TEST_F(Volumes, OfRepeatedTemporalPositionsAreGuessedWithinEach) {
  const std::vector<std::string> times{"1", "2", "3", "1"};
  write_volumes(4, [&](unsigned v, unsigned k, DicomBuilder& file) {
    file.set("TemporalPositionIdentifier", times[v]);
    file.set("InstanceNumber", std::to_string(1 + 4 * k + v));
  });
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  const auto& stack = sorted.stacks.front();
  ASSERT_EQ(stack.volumes, 4u);
  for (unsigned v = 0; v < 4; ++v)
    for (unsigned k = 0; k < slices; ++k)
      EXPECT_EQ(stack.frames[v * slices + k].find(attribute_index(0x00200100)),
                stack.frames[v * slices].find(attribute_index(0x00200100)));
}

TEST_F(Volumes, ThatMovedInTheirPlaneAreImagesOfTheirOwn) {
  write_volumes(3, [](unsigned v, unsigned k, DicomBuilder& file) {
    file.set("TemporalPositionIdentifier", std::to_string(v + 1));
    file.set("ImagePositionPatient", text(-10 + 3.0 * v) + "\\-20\\" + text(30 + 2.5 * k));
  });
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(3));
  for (const auto& stack : sorted.stacks) EXPECT_THAT(stack.flags, Contains("shifted_grid"));
}

TEST_F(Volumes, ThatOnlyRunsOfNumbersTellApartAreImagesWhereTheyInterleave) {
  write_volumes(2, both(at([](unsigned v, unsigned k) { return 30 + 2.5 * k + 0.4 * v; }),
                        [](unsigned v, unsigned k, DicomBuilder& file) {
                          file.set("InstanceNumber", std::to_string(1 + slices * v + k));
                        }));
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(2));
  EXPECT_EQ(frames(sorted.stacks[0]), in_order({0}));
  EXPECT_EQ(frames(sorted.stacks[1]), in_order({1}));
}

TEST_F(Volumes, ThatTheirDimensionIndexTellsApartWhereTheyInterleave) {
  write_volumes(2, both(at([](unsigned v, unsigned k) { return 30 + 2.5 * k + 1.25 * v; }),
                        [](unsigned v, unsigned k, DicomBuilder& file) {
                          file.set("DimensionIndexValues",
                                   std::to_string(k + 1) + '\\' + std::to_string(v + 1));
                        }));
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(2));
  EXPECT_EQ(frames(sorted.stacks[0]), in_order({0}));
  EXPECT_EQ(frames(sorted.stacks[1]), in_order({1}));
}

TEST_F(Volumes, AreNoneWhereOneSliceHasAnotherContrast) {
  write_volumes(1, [](unsigned, unsigned k, DicomBuilder& file) {
    file.set("FlipAngle", k == 1 ? "70" : "10");
  });
  const auto sorted = sort();
  EXPECT_THAT(sorted.stacks, IsEmpty());
  EXPECT_THAT(reasons(sorted), ElementsAre("mixed_contrasts"));
  EXPECT_THAT(sorted.refused.front().detail, HasSubstr("FlipAngle is 10 and 70"));
}

TEST_F(Volumes, DoNotFollowWhatIsMeasuredAtEachSlice) {
  write_volumes(1, [](unsigned, unsigned k, DicomBuilder& file) {
    file.set("RepetitionTime", std::to_string(800 + 90 * (k * k % 5)))
        .set("SliceThickness", text(2 + 1e-4 * k))
        .set("KVP", k % 2 == 0 ? "120" : "119");
  });
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_EQ(sorted.stacks.front().verdict, Verdict::pass);
}

TEST_F(Volumes, OfGesPolarityPairsAreAnImageEach) {
  write_volumes(4, [](unsigned v, unsigned, DicomBuilder& file) {
    file.set("Manufacturer", "GE MEDICAL SYSTEMS")
        .set_private(0x0019, "GEMS_ACQU_01", 0x9c, "LO", "research/ABCD/epi_pepolar")
        .set("TemporalPositionIdentifier", std::to_string(v + 1));
  });
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(2));
  EXPECT_EQ(frames(sorted.stacks[0]), in_order({0, 2}));
  EXPECT_EQ(frames(sorted.stacks[1]), in_order({1, 3}));
  EXPECT_EQ(sorted.stacks[1].split_reason, "polarity");
  EXPECT_THAT(sorted.stacks[1].flags, Contains("polarity_alternates"));
}

TEST_F(Volumes, OfIsotropicDiffusionDoNotStandAmongDirections) {
  const std::vector<std::string> directions{"", "1\\0\\0", "0\\1\\0", ""};
  write_volumes(4, [&](unsigned v, unsigned k, DicomBuilder& file) {
    file.set("DiffusionBValue", v == 0 ? "0" : "1000")
        .set("InstanceNumber", std::to_string(1 + 4 * v + k))
        .set("DiffusionDirectionality", v == 0   ? "NONE"
                                        : v == 3 ? "ISOTROPIC"
                                                 : "DIRECTIONAL");
    if (!directions[v].empty()) file.set("DiffusionGradientOrientation", directions[v]);
  });
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(2));
  EXPECT_EQ(frames(sorted.stacks[0]), in_order({0, 1, 2}));
  EXPECT_EQ(sorted.stacks[1].split_reason, "trace");
}

}  // namespace
}  // namespace dcmflow
