// Damaged input: one bad file costs one file, and report.json tells of it.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "test-data/phantom.h"
#include "tests/pipeline/pipeline_scene.h"
#include "tests/support/image_reader.h"
#include "tests/support/ramp.h"
#include "tests/support/sanitizers.h"

namespace dcmflow {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr std::size_t good_files = 8;

class Faults : public PipelineScene {
 protected:
  // A good series of 8 files, 1.2.3.4, among the bad ones.
  void SetUp() override { write_phantom_series({.series_uid = "1.2.3.4"}, input + "/good"); }

  void expect_good_image() const {
    const auto check = check_ramp(read_image(output + "/1.2.3.4.mhd"), 0.51);
    EXPECT_TRUE(check) << check;
    EXPECT_EQ(check.compared, 12U * 10 * 8);
    EXPECT_EQ(json("series-images.json")["1.2.3.4"], "1.2.3.4.mhd");
    expect_only_whole_images();
    expect_valid_json(output);
  }

  // A file of a series of its own.
  void add(const std::string& name, const std::string& keyword, const std::string& value) const {
    DicomBuilder()
        .set("SeriesInstanceUID", "1.2.3.5." + std::to_string(std::hash<std::string>{}(name)))
        .set(keyword, value)
        .save(input + "/" + name);
  }
};

void make_socket(const std::string& path) {
  const int descriptor = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  ASSERT_LT(path.size(), sizeof(address.sun_path));
  path.copy(address.sun_path, path.size());
  ASSERT_EQ(bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  close(descriptor);
}

TEST_F(Faults, FilesThatAreNoDicomAreToldOfByKind) {
  write_bytes(input + "/empty.dcm", "");
  write_bytes(input + "/notes.txt", "Remember the milk.\n");
  ASSERT_EQ(mkfifo((input + "/fifo").c_str(), 0666), 0);
  make_socket(input + "/socket");
  std::filesystem::create_symlink("nowhere", input + "/dangling");
  std::filesystem::create_symlink("good", input + "/again");
  std::filesystem::create_directory_symlink("..", input + "/good/loop");
  ASSERT_EQ(convert().exit_status, 0);
  expect_accounted(good_files + 7);
  expect_good_image();
  EXPECT_EQ(disposition("empty.dcm"), "empty_file");
  EXPECT_EQ(disposition("notes.txt"), "not_dicom");
  EXPECT_EQ(disposition("fifo"), "special_file");
  EXPECT_THAT(detail("fifo"), HasSubstr("FIFO"));
  EXPECT_EQ(disposition("socket"), "special_file");
  EXPECT_THAT(detail("socket"), HasSubstr("socket"));
  EXPECT_EQ(disposition("dangling"), "unreadable");
  EXPECT_EQ(json("report.json")["counts"]["same_file"], 2);
}

TEST_F(Faults, DamagedFilesAreToldOfWithNumbers) {
  const DicomBuilder file = DicomBuilder().set("SeriesInstanceUID", "1.2.3.6");
  const auto whole = file.bytes();
  const std::string bytes(whole.begin(), whole.end());
  write_bytes(input + "/pixels-cut.dcm", bytes.substr(0, bytes.size() - 7));
  write_bytes(input + "/header-cut.dcm", bytes.substr(0, 500));
  std::string corrupt = bytes;
  const auto modality = bytes.find(std::string("\x08\x00\x60\x00", 4) + "CS");
  ASSERT_NE(modality, std::string::npos);
  corrupt.replace(modality + 6, 2, "\xF0\xFF");  // a length beyond the end of the file
  write_bytes(input + "/corrupt.dcm", corrupt);
  ASSERT_EQ(convert().exit_status, 0);
  expect_accounted(good_files + 3);
  expect_good_image();
  EXPECT_EQ(disposition("pixels-cut.dcm"), "pixel_data_short");
  EXPECT_THAT(detail("pixels-cut.dcm"), AllOf(HasSubstr("24 bytes"), HasSubstr("17")));
  EXPECT_EQ(disposition("header-cut.dcm"), "truncated");
  EXPECT_THAT(detail("header-cut.dcm"), HasSubstr("500"));
  EXPECT_EQ(disposition("corrupt.dcm"), "truncated");
  EXPECT_THAT(detail("corrupt.dcm"), AllOf(HasSubstr("(0008,0060)"), HasSubstr("65520"),
                                           HasSubstr(std::to_string(bytes.size()))));
}

TEST_F(Faults, AUidThatCannotNameAFileNeverBecomesOne) {
  const std::string endless = "1." + std::string(298, '2');
  unsigned number = 0;
  for (const std::string& uid :
       {std::string("1.2/3"), std::string("../../1.2"), std::string("1..2"), endless,
        std::string("/etc/1"), std::string(".1.2")})
    DicomBuilder()
        .set("SeriesInstanceUID", uid)
        .save(input + "/uid" + std::to_string(++number) + ".dcm");
  DicomBuilder().set("StudyInstanceUID", "../1").save(input + "/study.dcm");
  DicomBuilder().remove("SeriesInstanceUID").save(input + "/none.dcm");
  ASSERT_EQ(convert().exit_status, 0);
  expect_accounted(good_files + 8);
  expect_good_image();
  for (unsigned i = 1; i <= number; ++i)
    EXPECT_EQ(disposition("uid" + std::to_string(i) + ".dcm"), "invalid_uid");
  EXPECT_THAT(detail("uid4.dcm"), AllOf(HasSubstr("300 characters"), HasSubstr("128")));
  EXPECT_EQ(disposition("study.dcm"), "invalid_uid");
  EXPECT_EQ(disposition("none.dcm"), "no_series_uid");
  EXPECT_EQ(names_in(folder.path()), (std::vector<std::string>{"in", "out"}));
}

// Letters and up to 128 characters occur in the wild and are converted: the schemas must allow it.
TEST_F(Faults, AUidThatIsOnlyUnusualIsConverted) {
  const std::string longer = "1.2." + std::string(90, '3');
  write_phantom_series({.study_uid = "1.2.a", .series_uid = "ANON-5_b.1"}, input + "/letters");
  write_phantom_series({.study_uid = longer, .series_uid = longer}, input + "/long");
  ASSERT_EQ(convert({"--explain"}).exit_status, 0);
  expect_accounted(3 * good_files);
  expect_good_image();
  EXPECT_EQ(json("series-images.json").size(), 3U);
}

TEST_F(Faults, ImpossibleSizesAreRefusedWithoutMemoryForThem) {
  add("no-rows.dcm", "Rows", "0");
  add("frames.dcm", "NumberOfFrames", "2147483647");
  add("negative.dcm", "NumberOfFrames", "-1");
  add("bits.dcm", "BitsAllocated", "1000");
  add("stored.dcm", "BitsStored", "17");
  DicomBuilder()
      .set("SeriesInstanceUID", "1.2.3.7")
      .set("Rows", "65535")
      .set("Columns", "65535")
      .save(input + "/huge.dcm");
  const ProgramRun run = convert({"--threads", "2"});
  ASSERT_EQ(run.exit_status, 0);
  expect_accounted(good_files + 6);
  expect_good_image();
  EXPECT_EQ(disposition("no-rows.dcm"), "image_size_invalid");
  EXPECT_EQ(disposition("negative.dcm"), "image_size_invalid");
  EXPECT_EQ(disposition("frames.dcm"), "pixel_data_short");
  EXPECT_EQ(disposition("bits.dcm"), "pixel_layout_unsupported");
  EXPECT_EQ(disposition("stored.dcm"), "pixel_layout_unsupported");
  EXPECT_EQ(disposition("huge.dcm"), "pixel_data_short");
  EXPECT_THAT(detail("huge.dcm"), AllOf(HasSubstr("8589672450"), HasSubstr("24")));
  if (!is_sanitized) {
    EXPECT_LT(run.peak_memory_bytes, 200U << 20);
  }
}

struct Damage {
  const char* name;
  std::string_view transfer_syntax;
};
constexpr Damage damages[] = {{"jpeg lossless", transfer_syntax::jpeg_lossless_sv1},
                              {"jpeg ls", transfer_syntax::jpeg_ls},
                              {"jpeg 2000", transfer_syntax::jpeg_2000_lossless},
                              {"rle", transfer_syntax::rle}};

TEST_F(Faults, AFrameThatCannotBeDecodedCostsItsSliceAndNamesItsFile) {
  std::map<std::string, std::string> broken;  // name → series
  for (const auto& [name, syntax] : damages) {
    PhantomSeries series{.series_uid = "1.2.3.8." + std::to_string(broken.size() + 1)};
    series.transfer_syntax = syntax;
    const auto path = write_phantom_series(series, input + "/" + name)[4];
    damage_frame(path);
    broken[path.substr(input.size() + 1)] = series.series_uid;
  }
  ASSERT_EQ(convert().exit_status, 0);
  expect_accounted(good_files * 5);
  expect_good_image();
  EXPECT_EQ(json("report.json")["counts"]["decode_failed"], 4);
  EXPECT_EQ(json("report.json")["counts"].value("missing_slices", 0), 0);
  EXPECT_EQ(json("series-images.json").size(), 5U);
  const auto volumes = json("volumes.json");
  for (const auto& [name, series] : broken) {
    EXPECT_EQ(disposition(name), "decode_failed");
    EXPECT_FALSE(detail(name).empty()) << name;
    for (const auto& volume : volumes["volumes"]) {
      if (volume["series"] != series) continue;
      EXPECT_EQ(volume["dimensions"][2], 8) << name;
      EXPECT_EQ(volume["filled_slices"].size(), 1U) << name;
      EXPECT_EQ(volume["verdict"], "warn") << name;
    }
  }
}

// The other volumes are whole, and the other slices of its own are told of.
TEST_F(Faults, AFrameThatCannotBeDecodedCostsItsVolumeIn4D) {
  PhantomSeries series{.series_uid = "1.2.3.9",
                       .slices = 4,
                       .transfer_syntax = std::string(transfer_syntax::jpeg_ls)};
  std::string broken;
  for (unsigned volume = 1; volume <= 3; ++volume) {
    series.first_number = 10 * volume;
    series.edit = [&](unsigned, DicomBuilder& file) {
      file.set("TemporalPositionIdentifier", std::to_string(volume));
    };
    const auto paths = write_phantom_series(series, input + "/4d");
    if (volume == 2) damage_frame(paths[2]), broken = paths[2].substr(input.size() + 1);
  }
  ASSERT_EQ(convert().exit_status, 0);
  expect_accounted(good_files + 12);
  expect_good_image();
  EXPECT_EQ(disposition(broken), "decode_failed");
  EXPECT_EQ(json("report.json")["counts"]["incomplete_volume"], 3);
  const auto volumes = json("volumes.json")["volumes"];
  const auto image =
      std::ranges::find(volumes, "1.2.3.9", [](const auto& v) { return v["series"]; });
  ASSERT_NE(image, volumes.end());
  EXPECT_EQ((*image)["volumes"], 2);
  EXPECT_EQ((*image)["verdict"], "partial");
  EXPECT_EQ((*image)["missing"].size(), 1U);
  EXPECT_EQ((*image)["volume_keys"][0]["value"], "1");
  EXPECT_EQ((*image)["volume_keys"][1]["value"], "3");
  EXPECT_EQ((*image)["slices"].size(), 8U);
  const auto check = check_ramp(read_image(output + "/1.2.3.9.mhd"), 0.51);
  EXPECT_TRUE(check) << check;
}

}  // namespace
}  // namespace dcmflow
