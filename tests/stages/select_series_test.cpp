#include "stages/select_series.h"

#include <gmock/gmock.h>

#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "tests/stages/selection_scene.h"

namespace dcmflow {
namespace {

TEST(SelectSeries, AsksForDerivedFacts) {
  const char* rules[] = {R"("Plane": "Axial")",
                         R"("SliceCount": [30, ">="])",
                         R"("InstanceCount": 2)",
                         R"("VolumeCount": [1, 3])",
                         R"("SliceSpacing": {"near": [2.5, 0.01]})",
                         R"("IsRegular": true)",
                         R"("Converted": "true")",
                         R"("Format": ["nii", "nii.gz"])"};
  for (const char* condition : rules) {
    Scene yes(one_selection(std::string("{") + condition + "}"));
    yes.add_instances({yes.instance({}), yes.instance({})})
        .set("Plane", {"Axial"})
        .set("SliceCount", {"30"})
        .set("InstanceCount", {"2"})
        .set("VolumeCount", {"3"})
        .set("SliceSpacing", {"2.5"})
        .set("IsRegular", {"true"})
        .set("Converted", {"true"})
        .set("Format", {"nii.gz"});
    EXPECT_TRUE(yes.match()[0].matched) << condition;

    Scene no(one_selection(std::string("{") + condition + "}"));
    no.add_instances({no.instance({})});
    EXPECT_FALSE(no.match()[0].matched) << condition;
  }
}

TEST(SelectSeries, TakesTheFirstInstanceThatHasTheAttribute) {
  Scene scene(
      one_selection(R"({"SliceLocation": 5, "Modality": "CT", "BodyPartExamined": "HEAD"})"));
  const auto first = scene.shared({{"Modality", "CT"}, {"BodyPartExamined", ""}});
  const auto second = scene.shared({{"Modality", "MR"}, {"BodyPartExamined", "HEAD"}});
  scene.add_instances({scene.instance({{"SliceLocation", " "}}, first), scene.instance({}, first),
                       scene.instance({{"SliceLocation", "5"}}, second),
                       scene.instance({{"SliceLocation", "7"}}, second)});
  EXPECT_TRUE(scene.match()[0].matched) << scene.match()[0].failed_key;
}

TEST(SelectSeries, ReadsPrivateAttributesAndPathsOfTheTable) {
  const std::string private_key = "(0019,\"SIEMENS MR HEADER\",0c)";
  Scene scene(one_selection(
      R"~({"(0019,\"SIEMENS MR HEADER\",0c)": [500, 1500], "ProcedureCodeSequence[0].CodeValue": "^P5"})~"));
  scene.add({{private_key, "1000"}, {"ProcedureCodeSequence[0].CodeValue", "P5-09051"}});
  scene.add({{private_key, "2000"}, {"ProcedureCodeSequence[0].CodeValue", "P5-09051"}});
  EXPECT_TRUE(scene.match(0)[0].matched)
      << scene.match(0)[0].failed_key;  // the VR is not known: still a range
  EXPECT_EQ(scene.match(1)[0].seen, "2000");
}

TEST(SelectSeries, ABackslashInAFreeTextIsNoSeparator) {
  const SelectionMatch result =
      match(R"("PatientComments": "^a\\\\b$")", {{"PatientComments", "a\\b"}});
  EXPECT_TRUE(result.matched) << result.seen;
}

TEST(SelectSeries, GivesTheSameFromManyThreads) {
  Scene scene(one_selection(
      R"({"SeriesDescription": "(?i)^(?!.*(cor|sag)).*$", "ImageType": ["PRIMARY", "!Ä"]})"));
  scene.add({{"SeriesDescription", "T2 tra"}, {"ImageType", "ORIGINAL\\PRIMARY"}});
  std::vector<int> matched(4, 0);
  {
    std::vector<std::jthread> threads;
    threads.reserve(matched.size());
    for (int& count : matched)
      threads.emplace_back([&count, &scene] {
        for (int i = 0; i < 500; ++i) count += scene.match()[0].matched ? 1 : 0;
      });
  }
  EXPECT_THAT(matched, testing::Each(500));
}

TEST(SelectSeries, ComparesDatesTimesAndAges) {
  check({
      {R"("StudyDate": [20200101, 20201231])", {{"StudyDate", "20200615"}}, true},
      {R"("StudyDate": [20200101, 20201231])", {{"StudyDate", "20210101"}}, false},
      {R"("StudyDate": [2019, 2020])", {{"StudyDate", "20201231"}}, true},
      {R"("StudyDate": ["2020-06-01", ">"])", {{"StudyDate", "20200615"}}, true},
      {R"("StudyDate": {"between": ["20200101", "20200630"]})", {{"StudyDate", "20200615"}}, true},
      {R"("StudyTime": [80000, 120000])", {{"StudyTime", "0930"}}, true},
      {R"("StudyTime": {"lt": 12})", {{"StudyTime", "121500.25"}}, false},
      {R"("AcquisitionDateTime": [20200101, 20201231])",
       {{"AcquisitionDateTime", "20201231235959.5"}},
       true},
      {R"("PatientAge": [18, "<"])", {{"PatientAge", "017Y"}}, true},
      {R"("PatientAge": [18, "<"])", {{"PatientAge", "020M"}}, true},
      {R"("PatientAge": [18, "<"])", {{"PatientAge", "018Y"}}, false},
      {R"("PatientAge": {"lt": "18M"})", {{"PatientAge", "020M"}}, false},
      {R"("PatientAge": "045Y")", {{"PatientAge", "045Y"}}, true},
  });
}

TEST(SelectSeries, LooksForOldTextThatIsNoRegexAsItStands) {
  check({
      {R"("SequenceName": "*tfl3d1_16ns")", {{"SequenceName", "*tfl3d1_16ns"}}, true},
      {R"("SeriesDescription": "T1 (post")", {{"SeriesDescription", "ax t1 (POST)"}}, true},
      {R"("SeriesDescription": "T1 (post")", {{"SeriesDescription", "ax T1 post"}}, false},
      {R"("SliceThickness": "*3")", {{"SliceThickness", "3"}}, false},
  });
}

// 42 degrees off the axis.
TEST(SelectSeries, TellsTheNearestAxisAndObliqueApart) {
  for (const auto& [condition, expected] : std::initializer_list<std::pair<const char*, bool>>{
           {R"("ImageOrientationPatient": "Axial")", true},
           {R"("ImageOrientationPatient": "Oblique")", true},
           {R"("ImageOrientationPatient": "Coronal")", false},
           {R"("ImageOrientationPatient": ["Axial", "Coronal"])", true},
           {R"("ImageOrientationPatient": ["Axial", "!Oblique"])", false},
           {R"("ImageOrientationPatient": {"not": "Oblique"})", false},
           {R"("Plane": "Axial")", false},
           {R"("Plane": "Oblique")", true},
       }) {
    Scene scene(one_selection(std::string("{") + condition + "}"));
    scene.add(Attributes{}).set("Plane", {"Oblique"}).set("NearestPlane", {"Axial", "Oblique"});
    EXPECT_EQ(scene.match()[0].matched, expected) << condition;
  }
}

// Five frames of 3 mm, one of 500 mm that comes first.
Scene with_a_scout(const std::string& conditions, const std::string& more = "") {
  Scene scene(one_selection(conditions, more));
  std::vector<InstancePtr> frames{scene.instance({{"SliceThickness", "500"}})};
  for (int i = 0; i < 5; ++i) frames.push_back(scene.instance({{"SliceThickness", "3"}}));
  scene.add_instances(frames);
  return scene;
}

TEST(SelectSeries, AsksTheFirstAllOrAnyOfTheFrames) {
  const std::string thin = R"({"SliceThickness": [1, 5]})";
  EXPECT_FALSE(with_a_scout(thin).match()[0].matched);
  EXPECT_FALSE(with_a_scout(thin, R"("instances": "first", )").match()[0].matched);
  EXPECT_FALSE(with_a_scout(thin, R"("instances": "all", )").match()[0].matched);
  EXPECT_TRUE(with_a_scout(thin, R"("instances": "any", )").match()[0].matched);
  const std::string own = R"({"SliceThickness": {"between": [1, 5], "instances": "any"}})";
  EXPECT_TRUE(with_a_scout(own).match()[0].matched);
  EXPECT_EQ(with_a_scout(thin, R"("instances": "all", )").match()[0].seen, "500");
}

TEST(SelectSeries, TellsThatATestedAttributeVaries) {
  const auto thick = with_a_scout(R"({"SliceThickness": [5, ">"]})").match()[0];
  ASSERT_EQ(thick.notes.size(), 1U);
  EXPECT_EQ(thick.notes[0].kind, MatchNote::Kind::varies);
  EXPECT_EQ(thick.notes[0].key, "SliceThickness");
  EXPECT_TRUE(with_a_scout(R"({"SliceThickness": [5, ">"]})", R"("instances": "all", )")
                  .match()[0]
                  .notes.empty());
}

TEST(SelectSeries, TellsThatANumberMetText) {
  const auto odd = match(R"("SliceThickness": [1, 5])", {{"SliceThickness", "thin"}});
  ASSERT_EQ(odd.notes.size(), 1U);
  EXPECT_EQ(odd.notes[0].kind, MatchNote::Kind::no_number);
  EXPECT_TRUE(match(R"("SliceThickness": [1, 5])", {{"SliceThickness", "9"}}).notes.empty());
  EXPECT_TRUE(match(R"("Modality": "CT")", {{"Modality", "MR"}}).notes.empty());
}

TEST(SelectSeries, ReadsTheFilesOfFrames) {
  Scene scene(one_selection(R"({"Path": "^T1/"})"));
  auto made = share<Instance>();
  made->shared = std::make_shared<const SharedHeader>();
  made->file = share(File{.root = nullptr, .name = "T1/1.dcm"});
  scene.add_instances({made});
  EXPECT_TRUE(scene.match()[0].matched);
}

// What a series is tested on does not depend on its UIDs, which order the instances.
TEST(SelectSeries, OrdersTheInstancesOfASeriesWithoutImagesByTheirNumbers) {
  AttributeTable table;
  const auto rules = parse_selection_rules(one_selection(R"({"EchoTime": 5})"), "rules", table);
  ASSERT_TRUE(rules.ok());
  const auto instance = [&](const char* number, const char* echo) {
    auto made = share<Instance>();
    made->values.add(*table.find("InstanceNumber"), number);
    made->values.add(*table.find("EchoTime"), echo);
    made->shared = std::make_shared<const SharedHeader>();
    return made;
  };
  for (const bool first : {true, false}) {
    auto series = std::make_shared<Series>();
    series->instances = {instance("2", "9"), instance("1", "5")};
    if (first) std::swap(series->instances[0], series->instances[1]);
    const auto candidates = select_series(series, {}, "nii", {}, *rules, table);
    ASSERT_EQ(candidates.size(), 1U);
    EXPECT_TRUE(candidates[0].matches[0].matched);
    EXPECT_FALSE(candidates[0].facts.converted);
  }
}

// assign_names may change the names of images, and so which of them is the first.
TEST(SelectSeries, SortsByTheNamesThatImagesHaveInTheEnd) {
  std::vector<Stack> images(3);
  std::vector<Candidate> candidates(3);
  for (std::size_t i = 0; i < 3; ++i) candidates[i].image = i;
  images[0].image_stem = "1.2";
  images[1].image_stem = "1.2_echo_2";
  images[2].image_stem = "1.2_echo";
  candidates[1].facts.is_main = candidates[2].facts.is_main = false;
  name_candidates(candidates, images);
  EXPECT_EQ(candidates[0].facts.stem, "1.2");
  EXPECT_EQ(candidates[1].facts.stem, "1.2_echo");
  EXPECT_EQ(candidates[1].image, 2U);
  EXPECT_EQ(candidates[2].facts.stem, "1.2_echo_2");
}

}  // namespace
}  // namespace dcmflow
