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
            R"({"status":"complete","modalities":"","series":"0","images":"0","selections":""})");
}

TEST_F(WorkflowMetadata, NamesWhatMatchedOnce) {
  Catalog catalog;
  catalog.series = {series("1.2", "1.2.3", {{"1.1", {}, {}}})};
  catalog.images = {image(catalog.series.front(), "1.2.3")};
  catalog.selections.resize(3);
  catalog.selections[0].name = "venous";
  catalog.selections[0].series = {0};
  catalog.selections[1].name = "none";
  catalog.selections[2].name = "arterial";
  catalog.selections[2].series = {0};
  catalog.run.status = "complete_with_problems";
  EXPECT_EQ(written(catalog),
            R"({"status":"complete_with_problems","modalities":"","series":"1","images":"1",)"
            R"("selections":"arterial,venous"})");
}

TEST_F(WorkflowMetadata, TellsOfAnErrorAsOne) {
  Catalog catalog;
  catalog.run.status = "failed";
  catalog.run.exit_code = 4;
  EXPECT_EQ(written(catalog), R"({"exception":"failed","exception_message":)"
                              R"("dcmflow ended with exit code 4; report.json tells why"})");
}

}  // namespace
}  // namespace dcmflow
