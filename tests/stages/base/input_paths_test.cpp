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

TEST(TakeInputs, KnowsPathsOfTheListThatLieInAFolderThatWasWalked) {
  struct Case {
    std::string path;
    bool was_walked;
  };
  TakeInputs inputs(paths({"in", "/abs"}, {"/abs/x/y", "/absent", "in", "in/../x", "in/a", "in/a/b",
                                           "in/a//b", "inner"}));
  for (int i = 0; i < 2; ++i) {
    inputs.take();
    inputs.walked();
    EXPECT_FALSE(inputs.was_walked()) << "it was given";
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
  EXPECT_FALSE(may({}, {"cd/DICOMDIR"})) << "a list names what is read";
}

}  // namespace
}  // namespace dcmflow
