#include "stages/sorting/tell_repairs.h"

#include <gmock/gmock.h>

#include "stages/base/remedies.h"

namespace dcmflow {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

Stack stack(Verdict verdict, std::vector<std::string> flags) {
  Stack made;
  made.image_stem = "1.2";
  made.grid.size = {4, 4, 24};
  made.verdict = verdict;
  made.flags = std::move(flags);
  return made;
}

TEST(TellRepairs, AnImageThatIsWhatItsFilesSayHasNone) {
  EXPECT_THAT(tell_repairs(stack(Verdict::pass, {})), IsEmpty());
  EXPECT_EQ(soundness_of(stack(Verdict::pass, {})), Soundness::sound);
}

TEST(TellRepairs, ADoubtIsNoRepair) {
  const auto doubtful = stack(Verdict::warn, {"spacing_from_slice_thickness"});
  EXPECT_THAT(tell_repairs(doubtful), IsEmpty());
  EXPECT_EQ(soundness_of(doubtful), Soundness::noted);
}

TEST(TellRepairs, FilledSlicesAreCounted) {
  auto filled = stack(Verdict::warn, {"missing_filled", "tilt_rectified"});
  filled.filled_slices = {3, 7};
  const auto repairs = tell_repairs(filled);
  EXPECT_THAT(repairs, ElementsAre(Field(&Problem::reason, Reason::missing_filled),
                                   Field(&Problem::reason, Reason::tilt_rectified)));
  EXPECT_EQ(repairs[0].subject, "1.2");
  EXPECT_EQ(repairs[0].detail, "2 of 24 slices were missing and are interpolated");
  EXPECT_EQ(soundness_of(filled), Soundness::repaired);
}

TEST(TellRepairs, WhatAVolumeLacksIsTold) {
  auto partial = stack(Verdict::partial, {});
  partial.missing = {"volume 3: 2 of 4 slices", "volume 5: 1 of 4 slices"};
  EXPECT_THAT(
      tell_repairs(partial),
      ElementsAre(Field(&Problem::detail, "volume 3: 2 of 4 slices, volume 5: 1 of 4 slices")));
  EXPECT_EQ(soundness_of(partial), Soundness::partial);
}

TEST(TellRepairs, AGridThatWasKeptIsTheWorst) {
  const auto kept = stack(Verdict::fail, {"missing_slices", "rescale_unusable"});
  EXPECT_EQ(soundness_of(kept), Soundness::untrue);
  EXPECT_EQ(tell_repairs(kept)[0].reason, Reason::grid_kept);
}

TEST(TellRepairs, EachIsOfSeverityRepairedAndSaysWhatToDo) {
  for (const auto& row : reason_rows())
    if (row.severity == Severity::repaired) {
      EXPECT_FALSE(remedy(row.reason).empty()) << row.code;
    }
  for (const std::string flag : {"missing_slices", "irregular_spacing", "slice_unreadable",
                                 "slices_refused", "missing_filled", "spacing_resampled",
                                 "tilt_rectified", "rescale_unusable", "orientation_rounded"}) {
    const auto repairs = tell_repairs(stack(Verdict::warn, {flag}));
    ASSERT_EQ(repairs.size(), 1U) << flag;
    EXPECT_EQ(reason_row(repairs[0].reason).severity, Severity::repaired) << flag;
  }
}

TEST(Remedies, NeverLeadToAFalseGrid) {
  for (const auto& row : reason_rows()) {
    if (row.reason == Reason::grid_kept) continue;
    EXPECT_EQ(remedy(row.reason).find(" keep "), std::string_view::npos) << row.code;
    EXPECT_EQ(remedy(row.reason).find("--tolerances"), std::string_view::npos) << row.code;
  }
}

TEST(Remedies, ThereIsOneForWhateverWasRefused) {
  for (const auto& row : reason_rows())
    if (row.severity == Severity::refused && row.reason != Reason::several_patients) {
      EXPECT_FALSE(remedy(row.reason).empty()) << row.code;
    }
}

}  // namespace
}  // namespace dcmflow
