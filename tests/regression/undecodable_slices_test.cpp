// Eight undecodable slices cost the whole image (internal_error, exit code 70): an image is made
// again without all of its unreadable files, however many they are.

#include "test-data/phantom.h"
#include "tests/pipeline/pipeline_scene.h"
#include "tests/support/image_reader.h"
#include "tests/support/ramp.h"

namespace dcmflow {
namespace {

class UndecodableSlices : public PipelineScene {
 protected:
  // A series whose slices `is_bad` picks cannot be decoded; returns their file names.
  std::set<std::string> write(unsigned slices, const std::function<bool(unsigned)>& is_bad) {
    const auto paths = write_phantom_series({.series_uid = "1.2.3.4",
                                             .slices = slices,
                                             .seed = 0,
                                             .transfer_syntax = std::string(transfer_syntax::rle)},
                                            input);
    std::set<std::string> bad;
    for (unsigned k = 0; k < slices; ++k) {
      if (!is_bad(k)) continue;
      damage_frame(paths[k]);
      bad.insert(paths[k].substr(input.size() + 1));
    }
    return bad;
  }

  std::set<std::string> files_told(const std::string& disposition) const {
    std::set<std::string> names;
    const auto report = json("report.json");
    for (const auto& row : report.at("files"))
      if (row.at("disposition") == disposition) names.insert(row.at("name"));
    return names;
  }
};

TEST_F(UndecodableSlices, AreToldOfOneByOneAndTheRestIsConverted) {
  constexpr unsigned slices = 40;
  for (const unsigned step : {5, 4, 3, 2}) {
    std::filesystem::remove_all(folder.path());
    const auto bad = write(slices, [&](unsigned k) { return k % step == 1; });
    ASSERT_GE(bad.size(), slices / step);
    ASSERT_EQ(convert({"--threads", "2"}).exit_status, 0) << step;
    expect_accounted(slices);
    EXPECT_EQ(files_told("decode_failed"), bad);
    EXPECT_EQ(files_told("converted").size(), slices - bad.size());
    const auto check = check_ramp(read_image(output + "/1.2.3.4.mhd"), 1.01);
    EXPECT_TRUE(check) << check;
    expect_only_whole_images();
  }
}

TEST_F(UndecodableSlices, ThatAreAllKeepTheirReason) {
  const auto bad = write(12, [](unsigned) { return true; });
  ASSERT_EQ(convert().exit_status, 0);
  expect_accounted(12);
  EXPECT_EQ(files_told("decode_failed"), bad);
  EXPECT_EQ(json("volumes.json")["volumes"].size(), 0U);
}

// Where the rules take no gap, the others tell that rule's reason and which file is missing.
TEST_F(UndecodableSlices, LeaveAGapThatMayBeRefused) {
  const auto bad = write(12, [](unsigned k) { return k == 4 || k == 7; });
  ASSERT_EQ(convert({"--on-missing", "reject"}).exit_status, 0);
  expect_accounted(12);
  EXPECT_EQ(files_told("decode_failed"), bad);
  const auto refused = files_told("missing_slices");
  ASSERT_EQ(refused.size(), 10U);
  EXPECT_NE(detail(*refused.begin()).find(*bad.begin()), std::string::npos)
      << detail(*refused.begin());
}

}  // namespace
}  // namespace dcmflow
