#include "engine/hidden_names.h"

#include <gtest/gtest.h>

namespace dcmflow {
namespace {

class HiddenNames : public testing::Test {
 protected:
  void SetUp() override {
    hide_names(
        {{"Doe.nii", "1.2.nii"}, {"Doe.nii.gz", "1.2.nii.gz"}, {"Do.nii", "1.3.nii"}, {"E", "9"}});
  }
  void TearDown() override { hide_names({}); }
};

TEST_F(HiddenNames, StandForWhatTheyHideWhereverTheyBegin) {
  EXPECT_EQ(without_hidden_names("/out/Doe.nii.gz cannot be written"),
            "/out/1.2.nii.gz cannot be written");
  EXPECT_EQ(without_hidden_names("Doe.nii: /out/Do.nii is gone (Doe.nii)"),
            "1.2.nii: /out/1.3.nii is gone (1.2.nii)");
  EXPECT_EQ(without_hidden_names("'Doe.nii'"), "'1.2.nii'");
}

TEST_F(HiddenNames, AreNotFoundWithinOtherWords) {
  for (const auto* const text : {"series Dolittle", "JohnDoe.nii", "Doe", "Do.n", ""})
    EXPECT_EQ(without_hidden_names(text), text);
}

TEST_F(HiddenNames, AreThoseOfTheLastRun) {
  hide_names({});
  EXPECT_EQ(without_hidden_names("/out/Doe.nii"), "/out/Doe.nii");
}

}  // namespace
}  // namespace dcmflow
