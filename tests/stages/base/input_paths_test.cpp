#include "stages/base/input_paths.h"

#include <gmock/gmock.h>

namespace dcmflow {
namespace {

InputPaths paths(std::vector<std::string> given, std::vector<std::string> listed = {}) {
  InputPaths made{.given = std::move(given), .listed = {}};
  if (!listed.empty())
    made.listed = std::make_shared<const std::vector<std::string>>(std::move(listed));
  return made;
}

TEST(TakeInputs, GivesTheGivenInTheirOrderAndThenTheList) {
  TakeInputs inputs(paths({"b//", "a"}, {"c", "d"}));
  std::vector<std::string> taken;
  while (!inputs.at_end()) taken.push_back(inputs.take());
  EXPECT_THAT(taken, testing::ElementsAre("b", "a", "c", "d"));
  EXPECT_TRUE(inputs.are_many());
  EXPECT_TRUE(TakeInputs(paths({}, {"a"})).are_many()) << "a path of a list is named by itself";
  EXPECT_FALSE(TakeInputs(paths({"a"})).are_many());
}

TEST(TakeInputs, KnowsWhatWasTakenByItsPath) {
  TakeInputs inputs(paths({"a", "b/", "b"}, {"a", "c"}));
  for (const bool is_repeated : {false, false, true, true, false}) {
    EXPECT_TRUE(inputs.has("b") && inputs.has("c") && !inputs.has("d"));
    const auto path = inputs.take();
    EXPECT_EQ(inputs.is_repeated(), is_repeated) << path;
    EXPECT_EQ(inputs.was_taken("b"), path != "a" || is_repeated);
  }
  TakeInputs one(paths({"a"}));
  one.take();
  EXPECT_FALSE(one.has("a") || one.was_taken("a")) << "what is within it may have its name";
}

TEST(TakeInputs, KnowsPathsThatLieInAFolderThatWasWalked) {
  struct Case {
    std::string path;
    bool was_walked;
  };
  TakeInputs inputs(paths({"in", "/abs"}, {"/abs/x/y", "/absent", "in", "in/../x", "in/a", "in/a/b",
                                           "in/a//b", "inner"}));
  for (int i = 0; i < 2; ++i) {
    inputs.take();
    EXPECT_FALSE(inputs.was_walked());
    inputs.walked();
  }
  for (const auto& [path, was_walked] : {Case{"/abs/x/y", true},
                                         {"/absent", false},
                                         {"in", true},
                                         {"in/../x", false},
                                         {"in/a", true},
                                         {"in/a/b", true},
                                         {"in/a//b", false},
                                         {"inner", false}}) {
    EXPECT_EQ(inputs.take(), path);
    EXPECT_EQ(inputs.was_walked(), was_walked) << path;
  }
}

TEST(TakeInputs, AnInputNamesOthersUnlessItCameWithItsFolder) {
  const auto may = [](std::vector<std::string> given, std::vector<std::string> listed = {}) {
    TakeInputs inputs(paths(std::move(given), std::move(listed)));
    inputs.take();
    return inputs.may_name_others();
  };
  EXPECT_TRUE(may({"cd/DICOMDIR"}));
  EXPECT_TRUE(may({"cd/DICOMDIR", "other"}));
  EXPECT_TRUE(may({"cd/DICOMDIR", "cd2/IMAGES"}));
  EXPECT_TRUE(may({"DICOMDIR", "/elsewhere", "../cd2/DICOMDIR"}));
  EXPECT_FALSE(may({"cd/DICOMDIR", "cd/IMAGES"}));
  EXPECT_FALSE(may({"cd/DICOMDIR", "cd"}));
  EXPECT_FALSE(may({"DICOMDIR", "IMAGES"}));
  EXPECT_TRUE(may({"cd/DICOMDIR"}, {"/cd/IM1", "cd-2/IM1", "cd/DICOMDIR", "cd2/IM1"}));
  EXPECT_TRUE(may({"DICOMDIR"}, {"../IM1", "/cd/IM1", "DICOMDIR"}));
  for (const auto* const other : {"cd", "cd/A/IM1", "cd/Z", "./cd/IM1"})
    EXPECT_FALSE(may({"cd/DICOMDIR"}, {other})) << other;
  EXPECT_FALSE(may({"./cd/DICOMDIR"}, {"cd/IM1"}));
  EXPECT_FALSE(may({"DICOMDIR"}, {"/cd/IM1", "IM1"}));
  EXPECT_FALSE(may({}, {"cd/DICOMDIR"})) << "a list names what is read";
}

}  // namespace
}  // namespace dcmflow
