#include "stages/render_series.h"

#include <functional>
#include <map>

#include "stages/catalog/metadata_rows.h"
#include "tests/support/catalog_fixture.h"

namespace dcmflow {
namespace {

class RenderSeries : public CatalogFixture {
 protected:
  using Files = std::map<std::string, std::string>;

  Files write(const Catalog& catalog, bool no_patient = false) {
    EXPECT_TRUE(write_dicom_metadata(folder, catalog, table, no_patient).ok());
    EXPECT_TRUE(write_volumes(folder, catalog).ok());
    EXPECT_TRUE(write_report(folder, catalog).ok());
    return {{"metadata", text("dicom-metadata.json")},
            {"volumes", text("volumes.json")},
            {"report", text("report.json")}};
  }

  // The same of parts, which those series have rendered of which `is_rendered` says so.
  Files join(
      Catalog catalog, PartStore& store, bool no_patient = false,
      const std::function<bool(std::size_t)>& is_rendered = [](std::size_t) { return true; }) {
    for (std::size_t i = 0; i < catalog.series.size(); ++i) {
      if (!is_rendered(i)) continue;
      std::vector<const ImageFile*> images;
      for (const ImageFile& image : catalog.images)
        if (image.stack->series == catalog.series[i]) images.push_back(&image);
      catalog.parts.emplace(catalog.series[i].get(),
                            render_series(*catalog.series[i], images, table, no_patient, store));
    }
    catalog.part_store = &store;
    return write(catalog, no_patient);
  }

  // Two studies; attributes that rise, that differ in a series, between series, in their digits
  // alone; a series without an image; files of different series in turns, one with a line feed.
  Catalog varied_catalog() const {
    Catalog catalog = full_catalog();
    const Texts of_study{
        {"PatientName", "A^B"}, {"PatientWeight", "70"}, {"StudyDate", "20200101"}};
    auto other = of_study;
    other[1].second = "70.0";
    auto more = of_study;
    more.insert(more.begin() + 1, {"Modality", "MR"});
    const auto first = series("1.3", "1.3.1",
                              {{"1.3.1.1", more, {{"InstanceNumber", "1"}}, "f/1"},
                               {"1.3.1.2", more, {{"InstanceNumber", "2"}}, "f/3"},
                               {"1.3.1.3", more, {{"EchoTime", "4"}}, "f/5\n\"x\""}});
    const auto second = series("1.3", "1.3.2", {{"1.3.2.1", other, {}, "f/2"}});
    const auto third =
        series("1.3", "1.3.3", {{"1.3.3.1", of_study, {}, "f/4"}, {"1.3.3.2", of_study, {}, "a"}});
    catalog.series.insert(catalog.series.end(), {third, first, second});
    catalog.images.push_back(image(third, "1.3.3"));
    catalog.images.push_back(image(first, "1.3.1_b", false));
    catalog.images.push_back(image(first, "1.3.1"));
    catalog.not_converted.push_back({Reason::truncated, "f/2", "10 of 20 bytes"});
    return catalog;
  }

  void expect_equal(const Files& found, const Files& expected) {
    for (const auto& [name, bytes] : expected) EXPECT_EQ(found.at(name), bytes) << name;
  }
};

TEST_F(RenderSeries, GivesPartsThatJoinToTheBytesOfTheWhole) {
  const auto catalog = varied_catalog();
  for (const bool no_patient : {false, true}) {
    const auto whole = write(catalog, no_patient);
    PartStore memory(folder, 1 << 20, 0);
    expect_equal(join(catalog, memory, no_patient), whole);
    PartStore disk(folder, 64, 1 << 20);
    expect_equal(join(catalog, disk, no_patient), whole);
  }
}

TEST_F(RenderSeries, LeavesWhatHasNoRoomToThoseWhoWriteTheFile) {
  const auto catalog = varied_catalog();
  const auto whole = write(catalog);
  for (std::uint64_t room = 0; room < 6000; room += 97) {
    PartStore store(folder, room, 0);
    expect_equal(join(catalog, store), whole);
  }
}

TEST_F(RenderSeries, MaySkipAnySeries) {
  const auto catalog = varied_catalog();
  const auto whole = write(catalog);
  for (std::size_t rendered = 0; rendered < 32; ++rendered) {
    PartStore store(folder, 100, 1 << 20);
    expect_equal(
        join(catalog, store, false, [&](std::size_t i) { return (rendered >> i & 1U) != 0; }),
        whole);
  }
}

TEST_F(RenderSeries, StreamsASeriesOfAnySize) {
  Catalog catalog;
  std::vector<InstanceCase> cases;
  for (int i = 0; i < 3000; ++i) {
    const auto uid = "1.2.3." + std::to_string(i);
    cases.push_back({uid, {{"Modality", "CT"}}, {{"InstanceNumber", std::to_string(i)}}});
  }
  catalog.series = {series("1.2", "1.2.3", cases)};
  catalog.images = {image(catalog.series[0], "1.2.3")};
  const auto whole = write(catalog);
  PartStore store(folder, 1000, 1 << 24);
  expect_equal(join(catalog, store), whole);
  std::vector<const ImageFile*> images{catalog.images.data()};
  const auto parts = render_series(*catalog.series[0], images, table, false, store);
  EXPECT_GT(whole.at("volumes").size(), std::size_t{200} << 10);
  EXPECT_EQ(parts.converted_files, 3000U);
  EXPECT_EQ(parts.first_file, "1.2.3.0.dcm");
}

TEST_F(RenderSeries, RendersTheSameWhateverTheOtherSeriesOfTheStudyAre) {
  const Texts texts{{"PatientName", "A^B"}, {"Modality", "MR"}};
  const auto one = series("1.2", "1.2.3", {{"1.1", texts, {}}});
  MetadataLevels levels(table, false);
  const auto rows = metadata_rows(levels, levels.series(*one, levels.shown()));
  EXPECT_EQ(unpack(pack(rows)), rows);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].json, "\"PatientName\": \"A^B\"");
  EXPECT_EQ(rows[0].text, "A^B");
  EXPECT_EQ(rows[1].row, MetadataRow::stays);
  EXPECT_EQ(rows[1].json, "\"Modality\": \"MR\"");
  auto common = rows;
  keep_common(common, rows);
  ASSERT_EQ(common.size(), 1U);
  EXPECT_TRUE(has_risen(rows[0], common));
  EXPECT_FALSE(has_risen(rows[1], common));
  keep_common(common, {});
  EXPECT_TRUE(common.empty());
}

}  // namespace
}  // namespace dcmflow
