#include "engine/pull_summary.h"

#include <gtest/gtest.h>

namespace dcmflow {
namespace {

PulledStudy study(std::size_t instances, std::size_t fetched, std::size_t missing) {
  return {.uid = "1.2.3",
          .instances = instances,
          .fetched = fetched,
          .missing = missing,
          .bytes = fetched * 500'000,
          .is_whole = missing == 0,
          .problems = {}};
}

TEST(PullSummary, AStudyIsALine) {
  EXPECT_EQ(pulled_study_text(study(3, 0, 0)), "study 1.2.3: 3 instances, as before\n");
  EXPECT_EQ(pulled_study_text(study(3, 2, 0)), "study 1.2.3: 3 instances, 2 now, 1.0 MB\n");
  EXPECT_EQ(pulled_study_text(study(1, 1, 0)), "study 1.2.3: 1 instance, 0.5 MB\n");
}

TEST(PullSummary, WhatIsMissingIsCountedWhereItIsKnown) {
  auto partial = study(10, 7, 3);
  partial.problems = {{Reason::server_failed, {}, "nothing came"}};
  EXPECT_EQ(pulled_study_text(partial),
            "study 1.2.3: not whole, 3 of 10 instances missing\n  server_failed: nothing came\n");
  partial.missing = 0;  // the server did not say what there is
  EXPECT_EQ(pulled_study_text(partial), "study 1.2.3: not whole\n  server_failed: nothing came\n");
}

TEST(PullSummary, CountsWhatNobodyAskedFor) {
  PullSummary summary{.folder = {}, .studies = 3, .not_whole = {}};
  summary.add(study(3, 2, 0));
  summary.add(study(10, 7, 3));
  EXPECT_EQ(summary.whole, 1U);
  EXPECT_EQ(summary.not_whole.size(), 1U);
  EXPECT_EQ(summary.untried(), 1U);
  EXPECT_EQ(summary.instances, 9U);
}

}  // namespace
}  // namespace dcmflow
