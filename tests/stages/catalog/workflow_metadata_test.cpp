#include <gmock/gmock.h>

#include "tests/support/catalog_fixture.h"

namespace dcmflow {
namespace {

class WorkflowMetadata : public CatalogFixture {
 protected:
  std::string written(const Catalog& catalog) const {
    EXPECT_TRUE(write_workflow_metadata(folder, catalog).ok());
    const auto [status, words] = validate();
    EXPECT_EQ(status, 0) << words;
    return json("metadata.json").dump();
  }
};

TEST_F(WorkflowMetadata, IsFlatAndOfStrings) {
  EXPECT_EQ(written({}),
            R"({"status":"complete","exit_code":"0","format":"","modalities":"","series":"0",)"
            R"("converted_series":"0","images":"0","selections":""})");
}

TEST_F(WorkflowMetadata, NamesWhatMatchedOnce) {
  Catalog catalog;
  catalog.series = {series("1.2", "1.2.3", {{"1.1", {}, {}}}),
                    series("1.2", "1.2.4", {{"1.2", {}, {}}})};
  catalog.images = {image(catalog.series.front(), "1.2.3"),
                    image(catalog.series.front(), "1.2.3_echo", false)};
  catalog.settings["format"] = "nii";
  catalog.selections.resize(3);
  catalog.selections[0].name = "venous";
  catalog.selections[0].images = {{0, 0}};
  catalog.selections[1].name = "none";
  catalog.selections[2].name = "arterial";
  catalog.selections[2].images = {{0, 0}};
  catalog.run.status = "complete_with_problems";
  catalog.run.exit_code = 6;
  EXPECT_EQ(written(catalog),
            R"({"status":"complete_with_problems","exit_code":"6","format":"nii","modalities":"",)"
            R"("series":"2","converted_series":"1","images":"2","selections":"arterial,venous"})");
}

TEST_F(WorkflowMetadata, TellsOfAnErrorAsOne) {
  Catalog catalog;
  catalog.run.status = "failed";
  catalog.run.exit_code = 4;
  EXPECT_EQ(
      written(catalog),
      R"({"exception":"failed","exception_message":)"
      R"("dcmflow ended with exit code 4; report.json and the log tell why","exit_code":"4"})");
}

}  // namespace
}  // namespace dcmflow
