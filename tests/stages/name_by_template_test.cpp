#include "stages/name_by_template.h"

#include <algorithm>

#include "tests/stages/sorting/volumes_scene.h"

namespace dcmflow {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class NameByTemplate : public Volumes {
 protected:
  // Sorts what was written since the last call, as a series.
  void add_series() {
    all_series.push_back(sort());
    clear();
  }
  std::vector<std::string> names(const std::string& text,
                                 const std::vector<std::string_view>& taken = {}) {
    const auto parsed = parse_path_template(text, "--name", known, {});
    EXPECT_TRUE(parsed.ok());
    collisions = name_by_template(all_series, *parsed, taken);
    std::vector<std::string> all;
    for (const auto& sorted : all_series)
      for (const auto& stack : sorted.stacks) all.push_back(stack.image_stem);
    return all;
  }
  void write_series(const std::string& uid, const std::string& description,
                    const std::string& number) {
    write({.series_uid = uid,
           .series_description = description,
           .slices = 3,
           .edit = [=](unsigned, DicomBuilder& file) { file.set("SeriesNumber", number); }});
    add_series();
  }

  const AttributeTable known;
  std::vector<SortedSeries> all_series;
  std::vector<NameCollision> collisions;
};

TEST_F(NameByTemplate, SaysWhatTheHeadersSay) {
  write_series("1.2.3.1", "t1 mprage", "5");
  EXPECT_THAT(names("{SeriesNumber:03}_{SeriesDescription}"), ElementsAre("005_t1_mprage"));
  EXPECT_THAT(collisions, IsEmpty());
}

// Whatever their UIDs and their order, and whether in capitals.
TEST_F(NameByTemplate, TellsSeriesOfOneNameApartByTheirNumbers) {
  for (const bool is_turned : {false, true}) {
    all_series.clear();
    write_series(is_turned ? "1.2.3.9" : "1.2.3.1", "T1", "2");
    write_series("1.2.3.5", "t1", "1");
    EXPECT_THAT(names("{SeriesDescription}"), ElementsAre("T1_2", "t1"));
    ASSERT_EQ(collisions.size(), 1U);
    EXPECT_EQ(collisions[0].series->series_instance_uid, is_turned ? "1.2.3.9" : "1.2.3.1");
    EXPECT_EQ(collisions[0].holder->series_instance_uid, "1.2.3.5");
    EXPECT_EQ(collisions[0].suffix, "_2");
  }
}

TEST_F(NameByTemplate, TakesNoNameThatIsMeantAsItStands) {
  write_series("1.2.3.1", "t1", "1");
  write_series("1.2.3.2", "t1", "2");
  write_series("1.2.3.3", "t1_2", "3");
  EXPECT_THAT(names("{SeriesDescription}"), ElementsAre("t1", "t1_3", "t1_2"));
}

TEST_F(NameByTemplate, TakesNoNameOfAnotherFileOrSeries) {
  write_series("1.2.3.1", "Report", "1");
  write_series("1.2.3.2", "1.2.3.1", "2");
  EXPECT_THAT(names("{SeriesDescription}", {"report"}), ElementsAre("Report_2", "1.2.3.1_2"));
  EXPECT_THAT(names("{SeriesInstanceUID}"), ElementsAre("1.2.3.1", "1.2.3.2"));
}

TEST_F(NameByTemplate, NamesEchoesAsTheFieldDoes) {
  write_volumes(2, set_by_volume("EchoTime", {"4.92", "7.38"}));
  add_series();
  auto made = names("{Modality}");
  std::ranges::sort(made);
  ASSERT_EQ(made.size(), 2U);
  EXPECT_TRUE(made[0].ends_with("_e1") && made[1].ends_with("_e2")) << made[0] << made[1];
}

TEST_F(NameByTemplate, NamesQuantitiesAsTheFieldDoes) {
  write_volumes(4, set_by_volume("ImageType", {"ORIGINAL\\PRIMARY\\M", "ORIGINAL\\PRIMARY\\P",
                                               "ORIGINAL\\PRIMARY\\R", "ORIGINAL\\PRIMARY\\I"}));
  add_series();
  auto made = names("x");
  std::ranges::sort(made);
  EXPECT_THAT(made, ElementsAre("x", "x_imaginary", "x_ph", "x_real"));
  EXPECT_THAT(collisions, IsEmpty());
}

// A field map: two echoes in one series, and the phase of the second in the next.
TEST_F(NameByTemplate, ImagesOfSeveralSeriesShareANameWhereTheirSuffixesDiffer) {
  write_volumes(2, [](unsigned v, unsigned, DicomBuilder& file) {
    file.set("EchoNumbers", std::to_string(v + 1)).set("EchoTime", v == 0 ? "4.92" : "7.38");
  });
  add_series();
  write_volumes(1, [](unsigned, unsigned, DicomBuilder& file) {
    file.set("EchoNumbers", "2").set("EchoTime", "7.38").set("ImageType", "ORIGINAL\\PRIMARY\\P");
  });
  add_series();
  auto made = names("map");
  std::ranges::sort(made);
  EXPECT_THAT(made, ElementsAre("map_e1", "map_e2", "map_e2_ph"));
  EXPECT_THAT(collisions, IsEmpty());
}

}  // namespace
}  // namespace dcmflow
