#include "config/application_package.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

using Json = nlohmann::json;

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class ApplicationPackage : public testing::Test {
 protected:
  ApplicationPackage() {
    for (const auto& [path, text] :
         std::map<std::string, std::string>{{"opt/dcmflow", "program"},
                                            {"rules/selection-rules.json", "{}"},
                                            {"doc/sbom", "list"}}) {
      std::filesystem::create_directories(std::filesystem::path(folder / path).parent_path());
      std::ofstream(folder / path) << text;
    }
    places = {.application = folder / "opt",
              .configuration = folder / "rules",
              .documents = folder / "doc",
              .exports = {folder / "export", folder / "other"}};
  }
  Result<ExitNow> run(const std::vector<std::string>& arguments) const {
    return *run_package_command(arguments, places);
  }

  TemporaryFolder folder;
  PackagePlaces places;
};

TEST_F(ApplicationPackage, IsAskedByItsOwnWordsOnly) {
  for (const std::vector<std::string>& other :
       {std::vector<std::string>{}, {"run"}, {"./show"}, {"--help"}, {"in", "show"}})
    EXPECT_FALSE(run_package_command(other, places).has_value());
}

TEST_F(ApplicationPackage, ShowsOneManifestAsJsonAndBothWithHeadings) {
  const auto app = Json::parse(run({"show", "app"})->text);
  const auto pkg = Json::parse(run({"show", "pkg"})->text);
  EXPECT_EQ(app["version"], DCMFLOW_VERSION);
  EXPECT_EQ(pkg["version"], DCMFLOW_VERSION);
  EXPECT_EQ(Json::parse(app["command"].get<std::string>()), Json({"/usr/local/bin/dcmflow"}));
  EXPECT_EQ(pkg["applicationRoot"], "/opt/holoscan/app/");
  for (const auto* variable : {"INPUT_PATH", "OUTPUT_PATH", "WORKDIR", "MODEL_PATH", "CONFIG_PATH",
                               "APP_MANIFEST_PATH", "PKG_MANIFEST_PATH", "DOCS", "LOGS"})
    EXPECT_TRUE(app["environment"].contains(std::string("HOLOSCAN_") + variable)) << variable;
  for (const auto* size : {"memory", "sharedMemory"})
    EXPECT_THAT(pkg["resources"][size].get<std::string>(),
                testing::MatchesRegex("[1-9][0-9]*[MG]i"));
  EXPECT_FALSE(pkg["resources"].contains("gpuMemory")) << "0 is no size";
  const auto both = run({"show"})->text;
  EXPECT_THAT(both, testing::HasSubstr("==== app.json ====\n" + application_manifest()));
  EXPECT_THAT(both, testing::HasSubstr("==== pkg.json ====\n" + package_manifest()));
  for (const std::vector<std::string>& wrong :
       {std::vector<std::string>{"show", "me"}, {"show", "app", "pkg"}, {"extract", "all"}}) {
    const auto found = run(wrong);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.problem().reason, Reason::bad_settings);
  }
}

TEST_F(ApplicationPackage, ExtractsEveryPartIntoAnEmptyExportFolder) {
  std::filesystem::create_directory(places.exports[1]);
  const auto told = run({"extract"});
  ASSERT_TRUE(told);
  EXPECT_THAT(told->text, testing::HasSubstr("models: this package has none"));
  EXPECT_EQ(content(places.exports[1] + "/app/dcmflow"), "program");
  EXPECT_EQ(content(places.exports[1] + "/config/selection-rules.json"), "{}");
  EXPECT_EQ(content(places.exports[1] + "/config/app.json"), application_manifest());
  EXPECT_EQ(content(places.exports[1] + "/config/pkg.json"), package_manifest());
  EXPECT_EQ(content(places.exports[1] + "/docs/sbom"), "list");
}

TEST_F(ApplicationPackage, ExtractsOnlyThePartsThatAreMountedAndTwiceAsWellAsOnce) {
  std::filesystem::create_directories(places.exports[0] + "/config");
  std::filesystem::create_directories(places.exports[0] + "/models");
  for (int i = 0; i < 2; ++i) {
    const auto told = run({"extract"});
    ASSERT_TRUE(told);
    EXPECT_THAT(told->text, testing::HasSubstr("models: this package has none"));
  }
  EXPECT_FALSE(std::filesystem::exists(places.exports[0] + "/app"));
  EXPECT_EQ(content(places.exports[0] + "/config/app.json"), application_manifest());
}

TEST_F(ApplicationPackage, NamesTheFileThatItCannotExtract) {
  std::filesystem::create_directories(places.exports[0] + "/config/pkg.json/in the way");
  const auto found = run({"extract"});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.problem().reason, Reason::output_not_writable);
  EXPECT_THAT(found.problem().detail, testing::HasSubstr(places.exports[0] + "/config/pkg.json"));
}

TEST_F(ApplicationPackage, SaysWhereItLookedForAFolderToExtractTo) {
  const auto found = run({"extract"});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.problem().reason, Reason::output_not_writable);
  EXPECT_THAT(found.problem().detail, testing::HasSubstr(places.exports[0]));
  std::ofstream(places.exports[0]) << "a file";
  EXPECT_FALSE(run({"extract"}));
}

}  // namespace
}  // namespace dcmflow
