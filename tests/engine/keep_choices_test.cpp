#include "engine/keep_choices.h"

#include <gtest/gtest.h>

namespace dcmflow {
namespace {

Candidate candidate(std::vector<SelectionMatch> matches) {
  Candidate made;
  made.matches = std::move(matches);
  return made;
}

TEST(KeepChoices, OneImageThatASelectionKeepsIsEnough) {
  const auto left = candidate({{.matched = false}}), kept = candidate({{.matched = true}});
  EXPECT_FALSE(are_chosen_from({}));
  EXPECT_FALSE(are_chosen_from({left, left}));
  EXPECT_TRUE(are_chosen_from({left, kept}));
  EXPECT_TRUE(are_chosen_from({kept, left}));
  EXPECT_TRUE(are_chosen_from({candidate({{.matched = false}, {.matched = true}})}));
}

TEST(KeepChoices, AnImageOfWhichAWordIsSaidIsKept) {
  SelectionMatch told{.matched = false};
  told.notes.emplace_back();
  EXPECT_TRUE(are_chosen_from({candidate({{.matched = false}}), candidate({told})}));
}

TEST(KeepChoices, WhatConditionsHaveSeenGoes) {
  SelectionMatch match{.matched = true, .expected = "CT", .seen = "MR"};
  const auto bare = bare_candidates({candidate({match}), candidate({{.matched = false}})}, nullptr);
  ASSERT_EQ(bare.size(), 2U);
  ASSERT_EQ(bare[0].matches.size(), 1U);
  EXPECT_TRUE(bare[0].matches[0].matched);
  EXPECT_EQ(bare[0].matches[0].expected, "");
  EXPECT_EQ(bare[0].matches[0].seen, "");
  EXPECT_TRUE(bare[1].matches.empty());
}

}  // namespace
}  // namespace dcmflow
