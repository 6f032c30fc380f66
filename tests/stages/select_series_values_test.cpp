// What a condition asks of a value: texts, numbers, lists, absence.

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/stages/selection_scene.h"

namespace dcmflow {
namespace {

TEST(SelectSeries, AStringIsEqualIgnoringCaseOrARegexFoundAnywhere) {
  check({
      {R"~("Modality": "ct")~", {{"Modality", "CT"}}, true},
      {R"~("Modality": "(?i)CT")~", {{"Modality", "CT"}}, true},
      {R"~("Modality": "MR")~", {{"Modality", "CT"}}, false},
      {R"~("SeriesDescription": "t1")~", {{"SeriesDescription", "ax T1 post"}}, true},
      {R"~("SeriesDescription": "^t1")~", {{"SeriesDescription", "ax T1 post"}}, false},
      {R"~("StudyDescription": "(.*?)")~", {{"StudyDescription", "any"}}, true},
      {R"~("SeriesDescription": "(?i)^(?!.*(cor|sag)).*$")~",
       {{"SeriesDescription", "T2 Sag"}},
       false},
      {R"~("SeriesDescription": "(?i)^(?!.*(cor|sag)).*$")~",
       {{"SeriesDescription", "T2 tra"}},
       true},
      {R"~("SeriesDescription": "T1+C (3D)")~",
       {{"SeriesDescription", "t1+c (3d)"}},
       true},  // equal, no regex match
      {R"~("StudyDescription": "SCHÄDEL")~", {{"StudyDescription", "schädel"}}, true},
      {R"~("StudyDescription": "МРТ")~", {{"StudyDescription", "мрт головы"}}, true},
  });
}

TEST(SelectSeries, PaddingIsNoPartOfAValue) {
  check({
      {R"("Modality": "^CT$")", {{"Modality", " CT "}}, true},
      {R"("Modality": "^CT$")", {{"Modality", std::string("CT\0", 3)}}, true},
      {R"("ImageType": ["PRIMARY"])", {{"ImageType", "ORIGINAL \\ PRIMARY "}}, true},
  });
}

TEST(SelectSeries, AMissingOrBlankAttributeMatchesNothing) {
  check({
      {R"~("Modality": "(.*?)")~", {}, false},
      {R"~("Modality": "(.*?)")~", {{"Modality", ""}}, false},
      {R"~("Modality": "(.*?)")~", {{"Modality", "  "}}, false},
      {R"~("ImageType": ["!A"])~", {}, false},
      {R"~("Rows": [1, "!="])~", {}, false},
      {R"~("Modality": {"not": "CT"})~", {}, false},
      {R"~("Modality": "")~", {}, true},  // ignored
      {R"~("Nonsense": "(.*?)")~", {}, false},
  });
  EXPECT_EQ(match(R"("Modality": "CT")", {}).seen, "(missing)");
}

TEST(SelectSeries, AListAsksForWholeValuesOfAMultiValuedAttribute) {
  const Attributes type{{"ImageType", "ORIGINAL\\PRIMARY\\AXIAL"}};
  check({
      {R"("ImageType": ["PRIMARY", "original"])", type, true},
      {R"("ImageType": ["PRIMARY", "!SECONDARY"])", type, true},
      {R"("ImageType": ["PRIMARY", "!axial"])", type, false},
      {R"("ImageType": ["!SECONDARY"])", type, true},
      {R"("ImageType": ["PRIMARY", "LOCALIZER"])", type, false},
      {R"("ImageType": ["PRIM"])", type, false},
      {R"("ImageType": ["!PRIM"])", type, true},
      {R"("PixelSpacing": [0.5, 0.70])", {{"PixelSpacing", "0.50\\0.7"}}, true},
      {R"("PixelSpacing": [0.5, 0.8])",
       {{"PixelSpacing", "0.50\\0.7"}},
       false},  // two values: no range
      {R"("PixelSpacing": ["0.5"])", {{"PixelSpacing", "0.50\\0.7"}}, true},
  });
}

TEST(SelectSeries, AStringAsksForAnyValueOfAMultiValuedAttribute) {
  const Attributes type{{"ImageType", "ORIGINAL\\PRIMARY\\AXIAL"}};
  check({
      {R"("ImageType": "prim")", type, true},
      {R"("ImageType": "^PRIMARY$")", type, true},
      {R"("ImageType": "ORIGINAL.*AXIAL")", type, false},
      {R"("ImageType": "!AXIAL")", type, false},
      {R"("ImageType": "!LOCALIZER")", type, true},
      {R"("PixelSpacing": "0\\.7")", {{"PixelSpacing", "0.5\\0.7"}}, true},
      {R"("PixelSpacing": [0.6, ">"])", {{"PixelSpacing", "0.5\\0.7"}}, true},
      {R"("PixelSpacing": [0.5, "!="])", {{"PixelSpacing", "0.5\\0.7"}}, false},
  });
}

TEST(SelectSeries, AListAsksForAnyOfItsTermsFromASingleValue) {
  check({
      {R"("Modality": ["CT", "mr"])", {{"Modality", "MR"}}, true},
      {R"("Modality": ["CT", "MR"])", {{"Modality", "PT"}}, false},
      {R"("Modality": ["!CT", "!MR"])", {{"Modality", "PT"}}, true},
      {R"("Modality": ["!CT", "!MR"])", {{"Modality", "CT"}}, false},
      {R"("Modality": ["C"])", {{"Modality", "CT"}}, false},
      {R"("Rows": [128, 256, 512])", {{"Rows", "256"}}, true},
      {R"("Rows": [128, 256, 512])", {{"Rows", "200"}}, false},
      {R"("StudyID": [7, "B"])", {{"StudyID", "7"}}, true},
  });
}

TEST(SelectSeries, ComparesNumbers) {
  const Attributes thickness{{"SliceThickness", " 3.0"}};
  check({
      {R"("SliceThickness": 3)", thickness, true},
      {R"("SliceThickness": 3.1)", thickness, false},
      {R"("SliceThickness": [3, 5])", thickness, true},
      {R"("SliceThickness": [3.1, 5])", thickness, false},
      {R"("SliceThickness": [2, 3])", thickness, true},
      {R"("SliceThickness": [2, ">"])", thickness, true},
      {R"("SliceThickness": [3, ">"])", thickness, false},
      {R"("SliceThickness": [3, ">="])", thickness, true},
      {R"("SliceThickness": [3, "<"])", thickness, false},
      {R"("SliceThickness": [3, "<="])", thickness, true},
      {R"("SliceThickness": [3, "=="])", thickness, true},
      {R"("SliceThickness": [3, "!="])", thickness, false},
      {R"("SliceThickness": ["2", ">"])", thickness, true},
      {R"("SliceThickness": 1.5)", {{"SliceThickness", "+15.0e-1"}}, true},
      {R"("SeriesNumber": 0)", {{"SeriesNumber", "0"}}, true},
      {R"("SeriesNumber": 0)", {{"SeriesNumber", "1"}}, false},
      {R"("StudyDate": [20200101, ">="])", {{"StudyDate", "20210305"}}, true},
      {R"("StudyDate": {"lt": 20200101})", {{"StudyDate", "20210305"}}, false},
  });
}

TEST(SelectSeries, AStringMustMatchTheWholeTextOfANumber) {
  check({
      {R"("SliceThickness": "3\\.0")", {{"SliceThickness", "3.0"}}, true},
      {R"("SliceThickness": "3")", {{"SliceThickness", "3.0"}}, false},
      {R"("SliceThickness": "[0-5].*")", {{"SliceThickness", "3.0"}}, true},
      {R"("SeriesNumber": "1|12")", {{"SeriesNumber", "12"}}, true},
  });
}

TEST(SelectSeries, AnOddNumberNeverMatchesAndNeverThrows) {
  for (const char* text :
       {"abc", "3,0", "nan", "inf", "1e999", "--3", "+", ".", "0x10", "3 mm", "\xFF\xFE"})
    for (const char* condition :
         {R"("SliceThickness": 3)", R"("SliceThickness": [0, 1000])",
          R"("SliceThickness": [3, "!="])", R"("SliceThickness": {"ne": 3})",
          R"("SliceThickness": {"near": [3, 1000]})"})
      EXPECT_FALSE(match(condition, {{"SliceThickness", text}}).matched)
          << condition << " against " << text;
}

TEST(SelectSeries, AWordForTheOrientationAsksForThePlane) {
  for (const auto& [condition, plane, expected] :
       std::initializer_list<std::tuple<const char*, std::string, bool>>{
           {R"("ImageOrientationPatient": " axial ")", "Axial", true},
           {R"("ImageOrientationPatient": "Axial")", "Oblique", false},
           {R"("ImageOrientationPatient": "Oblique")", "Oblique", true},
           {R"("ImageOrientationPatient": "Sagittal")", "", false},
           {R"("ImageOrientationPatient": ["Axial", "Coronal"])", "Coronal", true},
           {R"("ImageOrientationPatient": ["!Axial"])", "Axial", false},
           {R"("ImageOrientationPatient": {"not": "Axial"})", "Sagittal", true},
           {R"("ImageOrientationPatient": {"exists": true})", "Axial", true},
           {R"("ImageOrientationPatient": {"equals": 1, "index": 0})", "Axial", true},
           {R"~("(0020,0037)": "Coronal")~", "Coronal", true},
           {R"("Plane": "cor")", "Coronal", true},
       }) {
    Scene scene(one_selection(std::string("{") + condition + "}"));
    auto& image = scene.add({{"ImageOrientationPatient", "1\\0\\0\\0\\1\\0"}});
    if (!plane.empty()) image.set("Plane", {plane}).set("NearestPlane", {plane});
    EXPECT_EQ(scene.match()[0].matched, expected) << condition << " against " << plane;
  }
}

TEST(SelectSeries, ObjectsTestTexts) {
  const Attributes type{{"ImageType", "ORIGINAL\\PRIMARY\\AXIAL"}};
  const Attributes t1{{"SeriesDescription", "Ax T1 post"}};
  check({
      {R"("SeriesDescription": {"regex": "t1"})", t1, true},
      {R"("SeriesDescription": {"regex": "t1", "flags": ""})", t1, false},
      {R"("SeriesDescription": {"regex": "a x \\s T1", "flags": "ix"})", t1, true},
      {R"("SeriesDescription": {"equals": "ax t1 POST"})", t1, true},
      {R"("SeriesDescription": {"equals": "ax"})", t1, false},
      {R"("SeriesDescription": {"ne": "ax t1 post"})", t1, false},
      {R"("SeriesDescription": {"ne": "ax"})", t1, true},
      {R"("SeriesDescription": {"in": ["x", "ax t1 post"]})", t1, true},
      {R"("ImageType": {"ne": "PRIMARY"})", type, false},
      {R"("ImageType": {"in": ["LOCALIZER", "AXIAL"]})", type, true},
      {R"("ImageType": {"all": ["AXIAL", {"regex": "^PRI"}]})", type, true},
      {R"("ImageType": {"all": ["AXIAL", "LOCALIZER"]})", type, false},
      {R"("ImageType": {"any": ["LOCALIZER", {"regex": "^ORI"}]})", type, true},
      {R"("ImageType": {"none": ["LOCALIZER", "SECONDARY"]})", type, true},
      {R"("ImageType": {"none": ["LOCALIZER", {"regex": "X"}]})", type, false},
      {R"("ImageType": {"all": ["PRIMARY"], "none": ["AXIAL"]})", type, false},
      {R"("ImageType": {"equals": "PRIMARY", "index": 1})", type, true},
      {R"("ImageType": {"equals": "PRIMARY", "index": 0})", type, false},
      {R"("ImageType": {"equals": "PRIMARY", "index": 9})", type, false},
      {R"("ImageType": {"equals": "PRIMARY", "index": 9, "missing": "match"})", type, true},
      {R"("ImageType": {"not": ["PRIMARY", "AXIAL"]})", type, false},
      {R"("ImageType": {"not": {"not": "PRIMARY"}})", type, true},
      {R"("BurnedInAnnotation": false)", {{"BurnedInAnnotation", "NO"}}, true},
      {R"("BurnedInAnnotation": {"equals": true})", {{"BurnedInAnnotation", "NO"}}, false},
  });
}

TEST(SelectSeries, ObjectsTestNumbers) {
  const Attributes time{{"EchoTime", "90"}};
  check({
      {R"("EchoTime": {"gt": 80, "lt": 100})", time, true},
      {R"("EchoTime": {"ge": 90, "le": 90})", time, true},
      {R"("EchoTime": {"gt": 90})", time, false},
      {R"("EchoTime": {"lt": 90})", time, false},
      {R"("EchoTime": {"ne": 90})", time, false},
      {R"("EchoTime": {"equals": 90.0})", time, true},
      {R"("EchoTime": {"in": [30, 90]})", time, true},
      {R"("EchoTime": {"between": [90, 91]})", time, true},
      {R"("EchoTime": {"between": [91, 92]})", time, false},
      {R"("EchoTime": {"near": [92, 2]})", time, true},
      {R"("EchoTime": {"near": [92, 1]})", time, false},
      {R"("SliceThickness": {"near": [1, 0.1]})", {{"SliceThickness", "1.1"}}, true},
      {R"("PixelSpacing": {"gt": 0.5, "lt": 0.7})",
       {{"PixelSpacing", "0.4\\0.8"}},
       false},  // one value for both bounds
      {R"("PixelSpacing": {"gt": 0.5, "index": 0})", {{"PixelSpacing", "0.4\\0.8"}}, false},
      {R"("PixelSpacing": {"ne": 0.4})", {{"PixelSpacing", "0.4\\0.8"}}, false},
      {R"("PixelSpacing": {"ne": 0.5})", {{"PixelSpacing", "0.4\\0.8"}}, true},
  });
}

TEST(SelectSeries, ObjectsDecideAboutMissingAttributes) {
  check({
      {R"("Modality": {"exists": true})", {}, false},
      {R"("Modality": {"exists": false})", {}, true},
      {R"("Modality": {"exists": false})", {{"Modality", "CT"}}, false},
      {R"("Modality": {"not": {"exists": true}})", {}, true},
      {R"("Modality": {"equals": "CT", "missing": "match"})", {}, true},
      {R"("Modality": {"equals": "CT", "missing": "match"})", {{"Modality", "MR"}}, false},
      {R"("Modality": {"equals": "CT", "missing": "no_match"})", {}, false},
      {R"("Modality": {"any": ["CT", {"exists": false}]})", {}, true},
      {R"("Nonsense": "x", "Modality": {"exists": false})", {}, false},
  });
}

TEST(SelectSeries, CaseCanMatter) {
  const std::string sensitive = "\"case_sensitive\": true, ";
  check(
      {
          {R"("Modality": "ct")", {{"Modality", "CT"}}, false},
          {R"("Modality": "(?i)ct")", {{"Modality", "CT"}}, true},
          {R"("Modality": ["ct", "mr"])", {{"Modality", "CT"}}, false},
          {R"("Modality": {"regex": "ct"})", {{"Modality", "CT"}}, false},
          {R"("Modality": {"regex": "ct", "flags": "i"})", {{"Modality", "CT"}}, true},
          {R"("SeriesDescription": "T1+C")", {{"SeriesDescription", "T1+C"}}, true},
          {R"("SeriesDescription": "T1+C")", {{"SeriesDescription", "t1+c"}}, false},
      },
      sensitive);
}

TEST(SelectSeries, MonaiSearchesAMultiValuedAttributeAsOneText) {
  const Attributes type{{"ImageType", "ORIGINAL\\PRIMARY\\AXIAL"}};
  const std::initializer_list<ConditionRow> rows = {
      {R"("ImageType": ["PRIM", "axi"])", type, true},
      {R"("ImageType": ["!PRIM"])", type, false},
      {R"("ImageType": "IMARY', 'AX")", type, true},
      {R"("ImageType": "!prim")", type, false},
      {R"("ImageType": "^PRIMARY$")", type, false},
      {R"("PixelSpacing": [0.5])", {{"PixelSpacing", "10.55\\1"}}, true},
      {R"("PixelSpacing": 55)", {{"PixelSpacing", "10.55\\1"}}, true},
      {R"("Modality": "(?i)CT")", {{"Modality", "CT"}}, true},
  };
  check(rows, "\"compat\": \"monai\", ");
  Scene whole_file(
      R"({"compat": "monai", "selections": [{"conditions": {"ImageType": "PRIMARY', '"}}]})");
  whole_file.add(type);
  EXPECT_TRUE(whole_file.match()[0].matched);
}

}  // namespace
}  // namespace dcmflow
