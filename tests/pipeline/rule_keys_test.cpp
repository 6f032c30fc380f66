// What the keys of rules reach: items of sequences, functional groups, dates and ages, other
// selections.

#include <gmock/gmock.h>

#include "test-data/phantom.h"
#include "tests/pipeline/pipeline_scene.h"
#include "tests/support/multi_frame.h"

namespace dcmflow {
namespace {

using testing::HasSubstr;

class RuleKeys : public PipelineScene {
 protected:
  // Series <study>.<number>, each slice edited.
  void series(const std::string& uid, const std::function<void(DicomBuilder&)>& edit) {
    PhantomSeries phantom{
        .study_uid = uid.substr(0, uid.rfind('.')), .series_uid = uid, .slices = 2};
    phantom.edit = [&](unsigned, DicomBuilder& file) { edit(file); };
    write_phantom_series(phantom, input);
  }
  // What the rules select: "name: uid uid; name: uid".
  std::string selected(const std::string& rules, const std::vector<std::string>& options = {}) {
    write_bytes(folder / "rules.json", rules);
    std::vector<std::string> all{"--rules", folder / "rules.json"};
    all.insert(all.end(), options.begin(), options.end());
    const ProgramRun run = convert(all);
    EXPECT_EQ(run.exit_status, 0) << run.errors;
    log = run.errors;
    std::string found;
    const Json listed = json("selected-images.json");
    for (const auto& [name, images] : listed.items()) {
      found += (found.empty() ? "" : "; ") + name + ":";
      for (const auto& [uid, image] : images.items()) found += " " + uid;
    }
    return found;
  }
  std::string kept_by(const std::string& conditions, const std::string& more = "") {
    return selected(R"({"selections": [{"name": "S", )" + more + R"("conditions": )" + conditions +
                    "}]}");
  }
  std::string log;
};

TEST_F(RuleKeys, ReachItemsOfSequencesAndWhetherTheyAreThere) {
  series("1.2.3.1", [](DicomBuilder& file) {
    file.set_in("ProcedureCodeSequence", 0, "CodeValue", "HEAD");
    file.set_in("ProcedureCodeSequence", 1, "CodeValue", "NECK");
  });
  series("1.2.3.2",
         [](DicomBuilder& file) { file.set_in("ProcedureCodeSequence", 0, "CodeValue", "CHEST"); });
  series("1.2.3.3", [](DicomBuilder&) {});
  EXPECT_EQ(kept_by(R"({"ProcedureCodeSequence[*].CodeValue": "neck"})"), "S: 1.2.3.1");
  EXPECT_EQ(kept_by(R"({"ProcedureCodeSequence[*].CodeValue": ["HEAD", "!CHEST"]})"), "S: 1.2.3.1");
  EXPECT_EQ(kept_by(R"({"ProcedureCodeSequence[0].CodeValue": "NECK"})"), "");
  EXPECT_EQ(kept_by(R"({"ProcedureCodeSequence[1].CodeValue": {"exists": true}})"), "S: 1.2.3.1");
  EXPECT_EQ(kept_by(R"({"ProcedureCodeSequence": {"exists": true}})"), "S: 1.2.3.1 1.2.3.2");
  EXPECT_EQ(kept_by(R"({"ProcedureCodeSequence": {"exists": false}})"), "S: 1.2.3.3");
}

// By the keyword alone, and by the path through either of the two sequences.
TEST_F(RuleKeys, ReachTheFunctionalGroupsOfEachFrame) {
  const MultiFrameCase phantom{.series = {.slices = 4}, .order = {2, 0, 3, 1}};
  auto file = enhanced_phantom(phantom);
  for (unsigned i = 0; i < 4; ++i)
    file.set_in(per_frame(i, "FrameAnatomy"), 0, "FrameLaterality",
                phantom.order[i] == 0 ? "L" : "R");
  file.set_in("SharedFunctionalGroupsSequence[0].CTExposureSequence", 0, "ExposureInmAs", "120");
  file.save(input + "/one.dcm");
  EXPECT_EQ(kept_by(R"({"FrameLaterality": "L"})"), "S: 1.2.3.4");
  EXPECT_THAT(log, HasSubstr("FrameLaterality varies inside 1 image"));
  EXPECT_EQ(kept_by(R"({"FrameLaterality": "R"})"), "");
  EXPECT_EQ(kept_by(R"({"FrameLaterality": {"equals": "R", "instances": "any"}})"), "S: 1.2.3.4");
  EXPECT_EQ(kept_by(R"({"FrameLaterality": "L"})", "\"instances\": \"all\", "), "");
  EXPECT_EQ(kept_by(R"({"ExposureInmAs": [100, 120]})"), "S: 1.2.3.4");
  EXPECT_EQ(
      kept_by(
          R"({"SharedFunctionalGroupsSequence[0].CTExposureSequence[0].ExposureInmAs": {"gt": 100}})"),
      "S: 1.2.3.4");
  EXPECT_EQ(
      kept_by(
          R"({"PerFrameFunctionalGroupsSequence[*].FrameAnatomySequence[0].FrameLaterality": {"in": ["R"], "instances": "any"}})"),
      "S: 1.2.3.4");
}

TEST_F(RuleKeys, CompareDatesTimesAndAgesByWhatTheyMean) {
  series("1.2.3.1", [](DicomBuilder& file) {
    file.set("StudyDate", "20201231").set("StudyTime", "070907.5").set("PatientAge", "018M");
  });
  series("1.2.3.2", [](DicomBuilder& file) {
    file.set("StudyDate", "2021.01.01").set("StudyTime", "1845").set("PatientAge", "018Y");
  });
  const std::pair<const char*, const char*> cases[] = {
      {R"({"StudyDate": [20200101, 20201231]})", "S: 1.2.3.1"},
      {R"({"StudyDate": [2021, 2021]})", "S: 1.2.3.2"},
      {R"({"StudyDate": {"between": ["2020-12-31", "2021-01-01"]}})", "S: 1.2.3.1 1.2.3.2"},
      {R"({"StudyTime": [18, ">="]})", "S: 1.2.3.2"},
      {R"({"StudyTime": [70000, "<"]})", ""},
      {R"({"PatientAge": [18, "<"]})", "S: 1.2.3.1"},
      {R"({"PatientAge": [18, ">="]})", "S: 1.2.3.2"}};
  for (const auto& [conditions, expected] : cases)
    EXPECT_EQ(kept_by(conditions), expected) << conditions;
}

TEST_F(RuleKeys, WarnWhereANumberMeetsTextAndTextIsNoExpression) {
  series("1.2.3.1", [](DicomBuilder& file) {
    file.set("ProtocolName", "*tfl3d1_16ns").set("StudyDate", "unknown");
  });
  EXPECT_EQ(kept_by(R"({"StudyDate": [2020, ">"]})"), "");
  EXPECT_THAT(log, HasSubstr("the value of StudyDate in 1 image is no number"));
  EXPECT_EQ(kept_by(R"({"ProtocolName": "*tfl3d1_16ns"})"), "S: 1.2.3.1");
  EXPECT_THAT(log, HasSubstr("is no regular expression"));
  write_bytes(folder / "rules.json",
              R"({"selections": [{"conditions": {"ProtocolName": "*tfl3d1_16ns"}}]})");
  EXPECT_EQ(convert({"--rules", folder / "rules.json", "--strict"}).exit_status, 3);
  write_bytes(folder / "rules.json",
              R"({"selections": [{"conditions": {"ProtocolName": {"regex": "T1 (post"}}}]})");
  EXPECT_EQ(convert({"--rules", folder / "rules.json"}).exit_status, 3);
}

TEST_F(RuleKeys, CountWithinAPatientAndSkip) {
  const auto of_patient = [](const char* id, const char* number) {
    return [=](DicomBuilder& file) { file.set("PatientID", id).set("SeriesNumber", number); };
  };
  series("1.2.3.1", of_patient("A", "3"));
  series("1.2.3.2", of_patient("A", "2"));
  series("1.2.4.1", of_patient("A", "1"));
  series("1.2.5.1", of_patient("B", "1"));
  const std::string ct = R"({"Modality": "CT"})";
  EXPECT_EQ(kept_by(ct, R"("per": "patient", "order_by": "SeriesNumber", "limit": 1, )"),
            "S: 1.2.4.1 1.2.5.1");
  EXPECT_EQ(kept_by(ct, R"("per": "patient", "order_by": "SeriesNumber", "skip": 1, "limit": 1, )"),
            "S: 1.2.3.2");
  EXPECT_EQ(kept_by(ct, R"("per": "patient", "order_by": "SeriesNumber", "skip": -1, )"),
            "S: 1.2.3.1 1.2.5.1");
  EXPECT_EQ(kept_by(ct, R"("per": "all", "order_by": "SeriesNumber", "skip": -1, )"), "S: 1.2.3.1");
}

TEST_F(RuleKeys, KeepWhatSharesItsFrameOfReference) {
  const auto of_frame = [](const char* description, const char* frame) {
    return [=](DicomBuilder& file) {
      file.set("SeriesDescription", description).set("FrameOfReferenceUID", frame);
    };
  };
  series("1.2.3.1", of_frame("ADC", "1.9.1"));
  series("1.2.3.2", of_frame("ADC", "1.9.2"));
  series("1.2.3.3", of_frame("T2", "1.9.2"));
  EXPECT_EQ(selected(R"({"selections": [
    {"name": "ADC", "conditions": {"SeriesDescription": "ADC"}, "same": {"FrameOfReferenceUID": "T2"}},
    {"name": "T2", "conditions": {"SeriesDescription": "T2"}}]})"),
            "ADC: 1.2.3.2; T2: 1.2.3.3");
  EXPECT_THAT(log, HasSubstr("selection \"ADC\": 1 of 3 series (1 matched without the "
                             "FrameOfReferenceUID of \"T2\")"));
}

}  // namespace
}  // namespace dcmflow
