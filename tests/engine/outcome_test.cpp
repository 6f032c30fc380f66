#include "engine/outcome.h"

#include <gtest/gtest.h>

#include <csignal>

namespace dcmflow {
namespace {

TEST(Outcomes, TellTheGravestFactFirst) {
  Outcome::Facts facts;
  EXPECT_EQ(Outcome(facts).exit_code(), 0);
  EXPECT_EQ(Outcome(facts).status(), "complete");
  facts.problems_under_strict = true;
  EXPECT_EQ(Outcome(facts).exit_code(), 6);
  EXPECT_EQ(Outcome(facts).status(), "complete_with_problems");
  facts.required_selection_unmet = true;
  EXPECT_EQ(Outcome(facts).exit_code(), 7);
  EXPECT_TRUE(Outcome(facts).is_complete());
  facts.no_series = true;
  EXPECT_EQ(Outcome(facts).exit_code(), 4);
  EXPECT_EQ(Outcome(facts).status(), "failed");
  facts.internal_error = true;
  EXPECT_EQ(Outcome(facts).exit_code(), 70);
  facts.output_failed = true;
  EXPECT_EQ(Outcome(facts).exit_code(), 5);
  EXPECT_FALSE(Outcome(facts).is_complete());
  facts.stop = SIGHUP;
  EXPECT_EQ(Outcome(facts).exit_code(), 129);
  EXPECT_EQ(Outcome(facts).status(), "interrupted");
}

TEST(Outcomes, StayThoseOfASignalWhenTheOutputFailsToo) {
  Outcome done({});
  done.output_failed();
  EXPECT_EQ(done.exit_code(), 5);
  Outcome stopped({.stop = SIGTERM});
  stopped.output_failed();
  EXPECT_EQ(stopped.exit_code(), 143);
  EXPECT_FALSE(stopped.is_complete());
}

}  // namespace
}  // namespace dcmflow
