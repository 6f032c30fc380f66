// --prepare and its options: the images of a run once more, in prepared/.

#include <gmock/gmock.h>

#include "test-data/phantom.h"
#include "tests/pipeline/pipeline_scene.h"
#include "tests/support/image_reader.h"
#include "tests/support/judge_ramp.h"
#include "tests/support/multi_frame.h"
#include "tests/support/ramp.h"

namespace dcmflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::UnorderedElementsAre;

class Prepared : public PipelineScene {
 protected:
  // A series of MR: the ramp on a grid of its own, or on that of others.
  void add(const std::string& study, const std::string& number, const std::string& description,
           const std::function<void(PhantomSeries&)>& change = {}) const {
    PhantomSeries series{.modality = "MR",
                         .study_uid = study,
                         .series_uid = study + '.' + number,
                         .patient_id = study,
                         .series_description = description,
                         .columns = 24,
                         .rows = 20,
                         .slices = 16};
    if (change) change(series);
    write_phantom_series(series, input + '/' + study + '.' + number);
  }
  // Thicker slices of a sagittal view.
  static void turn(PhantomSeries& series) {
    series.row = {0, 1, 0};
    series.column = {0, 0, -1};
    series.origin = {-9, -18, 65};
    series.slice_spacing = 1.5;
  }
  std::string rules(const std::string& demand = "") const {
    write_bytes(folder / "rules.json",
                R"({"selections": [{"name": "t1", "conditions": {"SeriesDescription": "t1"}},
                    {"name": "flair", "conditions": {"SeriesDescription": "flair"})" +
                    demand + "}]}");
    return folder / "rules.json";
  }
  ProgramRun prepare(std::vector<std::string> options) {
    options.insert(options.end(), {"-f", "nii"});
    return convert(std::move(options));
  }
  std::vector<std::string> files() const { return paths_in(output + "/prepared"); }
  Json volumes() const { return json("prepared/volumes.json").at("volumes"); }
  ReadImage image(const std::string& name) const {
    return read_image(output + "/prepared/" + name);
  }
  std::vector<std::string> reasons() const {
    std::vector<std::string> found;
    const Json report = json("report.json");
    for (const auto& problem : report.at("problems")) found.push_back(problem.at("reason"));
    return found;
  }
};

// The worst voxel of those whose centre lies `margin` mm inside of the box that the source fills.
double worst_inside(const ReadImage& image, const ReadImage& source, double margin) {
  double worst = -1;
  for (std::size_t k = 0; k < image.size[2]; ++k)
    for (std::size_t j = 0; j < image.size[1]; ++j)
      for (std::size_t i = 0; i < image.size[0]; ++i) {
        const auto at = image.position(i, j, k);
        bool is_inside = true;
        for (std::size_t axis = 0; axis < 3; ++axis) {
          double along = 0;
          for (std::size_t x = 0; x < 3; ++x)
            along += (at[x] - source.origin[x]) * source.direction[axis][x];
          is_inside &=
              along >= margin &&
              along <= static_cast<double>(source.size[axis] - 1) * source.spacing[axis] - margin;
        }
        if (is_inside) worst = std::max(worst, std::abs(image.at(i, j, k) - ramp(at)));
      }
  return worst;
}

TEST_F(Prepared, TurnsEveryImageWithoutRulesAndLeavesTheImagesAsTheyAre) {
  add("1.2", "1", "t1");
  add("1.2", "2", "flair", turn);
  ASSERT_EQ(prepare({}).exit_status, 0);
  const auto before = contents(output);
  const auto run = prepare({"--orient", "RAS"});
  ASSERT_EQ(run.exit_status, 0) << run.errors;
  EXPECT_THAT(files(), ElementsAre("1.2.1.nii", "1.2.2.nii", "volumes.json"));
  for (const auto* name : {"1.2.1.nii", "1.2.2.nii", "volumes.json", "series-images.json",
                           "dicom-metadata.json", "selected-images.json"})
    EXPECT_EQ(bytes_of(output + '/' + name), before.at(name)) << name;
  for (const auto* name : {"1.2.1.nii", "1.2.2.nii"}) {
    const auto turned = image(name);
    EXPECT_TRUE(check_ramp(turned, 0.51)) << check_ramp(turned, 0.51);
    EXPECT_EQ(turned.component_type, "short");
    for (std::size_t axis = 0; axis < 3; ++axis)
      EXPECT_NEAR(turned.direction[axis][axis], axis == 2 ? 1 : -1, 1e-6) << name;
    auto voxels = turned.voxels, expected = read_image(output + '/' + name).voxels;
    std::ranges::sort(voxels);
    std::ranges::sort(expected);
    EXPECT_EQ(voxels, expected);
  }
  expect_valid_json(output);
}

TEST_F(Prepared, TellsOfEachImageWhatItWasMadeOf) {
  add("1.2", "1", "t1");
  ASSERT_EQ(prepare({"--orient", "RAS", "--spacing", "1", "--sha256", "all"}).exit_status, 0);
  const auto one = volumes().at(0);
  EXPECT_EQ(one.at("file"), "1.2.1.nii");
  EXPECT_EQ(one.at("selection"), "1.2.1");
  EXPECT_EQ(one.at("voxel_type"), "float32");
  EXPECT_EQ(one.at("spacing"), Json({1, 1, 1}));
  EXPECT_TRUE(one.at("slices").empty());
  EXPECT_EQ(one.at("transform").at("orientation"), "RAS");
  EXPECT_EQ(one.at("transform").at("interpolation"), "linear");
  EXPECT_TRUE(one.at("transform").at("aligned_to").is_null());
  EXPECT_EQ(one.at("source").at("file"), "1.2.1.nii");
  EXPECT_EQ(one.at("source").at("verdict"), "pass");
  const auto made = image("1.2.1.nii");
  EXPECT_EQ(one.at("dimensions"), Json(made.size));
  EXPECT_EQ(one.at("value_range").at(1), *std::ranges::max_element(made.voxels));
  EXPECT_LT(worst_inside(made, read_image(output + "/1.2.1.nii"), 0), 0.51);
  EXPECT_GE(worst_inside(made, read_image(output + "/1.2.1.nii"), 0), 0);
  // to_source leads a voxel to where it lies in the source.
  const auto rows = one.at("transform").at("to_source");
  const auto source = json("volumes.json").at("volumes").at(0);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    double along = 0;
    const auto at = made.position(3, 4, 5);
    for (std::size_t x = 0; x < 3; ++x)
      along += (at[x] - source.at("origin").at(x).get<double>()) *
               source.at("direction").at(axis).at(x).get<double>();
    const auto row = rows.at(axis).get<std::vector<double>>();
    EXPECT_NEAR(row[0] * 3 + row[1] * 4 + row[2] * 5 + row[3],
                along / source.at("spacing").at(axis).get<double>(), 1e-4);
  }
  expect_valid_json(output);
}

TEST_F(Prepared, AlignsTheImagesOfAStudy) {
  add("1.2", "1", "t1");
  add("1.2", "2", "flair", turn);
  add("1.3", "1", "flair", turn);
  add("1.2", "3", "other");
  const auto run = prepare({"--rules", rules(), "--align-to", "t1"});
  ASSERT_EQ(run.exit_status, 0) << run.errors;
  // That of the study without a reference is refused; what no rule selects is not prepared.
  EXPECT_THAT(files(), ElementsAre("1.2.1.nii", "1.2.2.nii", "volumes.json"));
  EXPECT_THAT(reasons(), ElementsAre("no_reference"));
  EXPECT_THAT(run.errors, HasSubstr("series 1.3.1: no_reference: selection 't1' keeps no image"));
  const auto reference = image("1.2.1.nii"), aligned = image("1.2.2.nii");
  EXPECT_EQ(aligned.size, reference.size);
  EXPECT_EQ(aligned.origin, reference.origin);
  EXPECT_EQ(aligned.direction, reference.direction);
  EXPECT_EQ(volumes().at(1).at("transform").at("aligned_to"), "1.2.1.nii");
  EXPECT_EQ(reference.voxels, read_image(output + "/1.2.1.nii").voxels);
  const auto source = read_image(output + "/1.2.2.nii");
  EXPECT_LT(worst_inside(aligned, source, 0), 0.51);
  EXPECT_GE(worst_inside(aligned, source, 0), 0);
  expect_valid_json(output);
  EXPECT_EQ(prepare({"--rules", rules(), "--align-to", "t1", "--strict"}).exit_status, 6);
}

TEST_F(Prepared, AlignsNothingToAnotherFrameOfReference) {
  add("1.2", "1", "t1");
  add("1.2", "2", "flair", [](PhantomSeries& series) {
    series.edit = [](unsigned, DicomBuilder& file) { file.set("FrameOfReferenceUID", "1.2.8"); };
  });
  const auto run = prepare({"--rules", rules(), "--align-to", "t1"});
  ASSERT_EQ(run.exit_status, 0) << run.errors;
  EXPECT_THAT(files(), ElementsAre("1.2.1.nii", "volumes.json"));
  EXPECT_THAT(run.errors, HasSubstr("1.2.8"));
}

// Its values are those of Dose Grid Scaling (PS3.3 C.8.8.3).
TEST_F(Prepared, BringsADoseOntoTheGridOfItsImage) {
  add("1.2", "1", "t1");
  const PhantomSeries series{.study_uid = "1.2",
                             .series_uid = "1.2.5",
                             .patient_id = "1.2",
                             .series_description = "flair"};
  auto dose = plain_multi_frame({.series = series});
  dose.set("SOPClassUID", "1.2.840.10008.5.1.4.1.1.481.2").set("Modality", "RTDOSE");
  dose.set("FrameOfReferenceUID", "1.2.9").set("DoseGridScaling", "1");
  dose.set("ImagePositionPatient", slice_position(series, 0)).set("PixelSpacing", "0.8\\0.7");
  dose.set("ImageOrientationPatient", "1\\0\\0\\0\\1\\0");
  std::string offsets = "0";
  for (unsigned slice = 1; slice < series.slices; ++slice)
    offsets += '\\' + std::to_string(2.5 * slice);
  dose.set("GridFrameOffsetVector", offsets).save(input + "/dose.dcm");
  const auto run = prepare({"--rules", rules(), "--align-to", "t1"});
  ASSERT_EQ(run.exit_status, 0) << run.errors;
  ASSERT_THAT(files(), ElementsAre("1.2.1.nii", "1.2.5.nii", "volumes.json"));
  const auto aligned = image("1.2.5.nii");
  EXPECT_EQ(aligned.size, image("1.2.1.nii").size);
  EXPECT_EQ(aligned.origin, image("1.2.1.nii").origin);
  const auto source = read_image(output + "/1.2.5.nii");
  EXPECT_LT(worst_inside(aligned, source, 0), 0.51);
  EXPECT_GE(worst_inside(aligned, source, 0), 0);
}

TEST_F(Prepared, ArrangesStudiesForNnUnet) {
  add("1.2", "1", "t1");
  add("1.2", "2", "flair", turn);
  add("1.3", "1", "t1");
  const std::vector<std::string> options{"--align-to", "t1",        "--spacing",
                                         "1.5",        "--arrange", "nnunet"};
  auto words = options;
  words.insert(words.end(), {"--rules", rules()});
  const auto run = prepare(words);
  ASSERT_EQ(run.exit_status, 0) << run.errors;
  EXPECT_THAT(files(), ElementsAre("dataset.json", "imagesTs/1.2_0000.nii.gz",
                                   "imagesTs/1.2_0001.nii.gz", "volumes.json"));
  EXPECT_THAT(reasons(), ElementsAre("channel_missing"));
  EXPECT_EQ(json("prepared/dataset.json").at("channel_names").at("1"), "flair");
  const auto first = image("imagesTs/1.2_0000.nii.gz"), second = image("imagesTs/1.2_0001.nii.gz");
  EXPECT_EQ(first.size, second.size);
  EXPECT_EQ(first.component_type, "float");
  expect_valid_json(output);
  // Where the rules require it, it is told by the exit code too.
  words = options;
  words.insert(words.end(), {"--rules", rules(R"(, "required": true)")});
  EXPECT_EQ(prepare(words).exit_status, 7);
}

TEST_F(Prepared, ArrangesStudiesForMonaiAndAsChannels) {
  add("1.2", "1", "t1");
  add("1.2", "2", "flair", turn);
  ASSERT_EQ(prepare({"--rules", rules(), "--align-to", "flair", "--arrange", "monai"}).exit_status,
            0);
  EXPECT_EQ(json("prepared/datalist.json").at("testing"),
            Json::parse(R"([{"case": "1.2", "image": ["1.2.1.nii", "1.2.2.nii"]}])"));
  const auto first = image("1.2.1.nii"), second = image("1.2.2.nii");
  expect_valid_json(output);
  ASSERT_EQ(
      prepare({"--rules", rules(), "--align-to", "flair", "--arrange", "channels"}).exit_status, 0);
  EXPECT_THAT(files(), ElementsAre("1.2.nii", "volumes.json"));
  const auto joined = image("1.2.nii");
  ASSERT_EQ(joined.volumes, 2U);
  auto voxels = first.voxels;
  voxels.insert(voxels.end(), second.voxels.begin(), second.voxels.end());
  EXPECT_EQ(joined.voxels, voxels);
  EXPECT_EQ(volumes().at(0).at("channels").at(1).at("source").at("file"), "1.2.2.nii");
  EXPECT_EQ(volumes().at(0).at("volume_keys").at(1).at("value"), "flair");
  expect_valid_json(output);
}

TEST_F(Prepared, IsPartOfTheTransaction) {
  add("1.2", "1", "t1");
  add("1.2", "2", "flair", turn);
  ASSERT_EQ(
      prepare({"--spacing", "1", "--rules", rules(), "--align-to", "t1", "--arrange", "nnunet"})
          .exit_status,
      0);
  write_bytes(output + "/prepared/notes.txt", "mine");
  ASSERT_EQ(prepare({"--spacing", "2"}).exit_status, 0);
  EXPECT_THAT(files(), ElementsAre("1.2.1.nii", "1.2.2.nii", "notes.txt", "volumes.json"));
  // The same again, over its own files.
  const auto before = contents(output);
  ASSERT_EQ(prepare({"--spacing", "2"}).exit_status, 0);
  EXPECT_EQ(contents(output), before);
  ASSERT_EQ(prepare({}).exit_status, 0);
  EXPECT_THAT(files(), ElementsAre("notes.txt"));
}

// A half, which is rounded to even.
TEST_F(Prepared, TellsTheBackgroundThatItsVoxelsHold) {
  add("1.2", "1", "t1", [](PhantomSeries& series) {
    series.modality = "CT";
    series.rescale_slope = 0.5;
    series.rescale_intercept = -1000;
    series.value = [](const std::array<double, 3>&) { return 40; };
    series.edit = [](unsigned, DicomBuilder& file) { file.set("PixelPaddingValue", "63"); };
  });
  ASSERT_EQ(prepare({"--pad", "30"}).exit_status, 0);
  const Json volume = volumes().at(0);
  EXPECT_EQ(volume.at("voxel_type"), "int16");
  EXPECT_EQ(volume.at("transform").at("background"), -968);
  EXPECT_EQ(image("1.2.1.nii").voxels.front(), -968);
}

TEST_F(Prepared, IsVerifiedAsImagesAre) {
  add("1.2", "1", "t1");
  ASSERT_EQ(convert({"--spacing", "2", "-f", "nii.gz"}).exit_status, 0);
  const auto whole = run_dcmflow({"verify", output});
  EXPECT_EQ(whole.exit_status, 0) << whole.output;
  EXPECT_THAT(whole.output, HasSubstr("2 images"));
  const auto path = output + "/prepared/1.2.1.nii.gz";
  write_bytes(path, bytes_of(path) + "x");
  const auto changed = run_dcmflow({"verify", output});
  EXPECT_EQ(changed.exit_status, 6);
  EXPECT_THAT(changed.output, HasSubstr("prepared/1.2.1.nii.gz"));
  std::filesystem::remove(path);
  EXPECT_THAT(run_dcmflow({"verify", output}).output, HasSubstr("is not there"));
  std::filesystem::remove_all(output + "/prepared");
  const auto gone = run_dcmflow({"verify", output});
  EXPECT_EQ(gone.exit_status, 6);
  EXPECT_THAT(gone.output, HasSubstr("prepared/volumes.json"));
}

TEST_F(Prepared, StaysWhereNothingChangedUnderResume) {
  add("1.2", "1", "t1");
  ASSERT_EQ(prepare({"--spacing", "1"}).exit_status, 0);
  const auto path = output + "/prepared/1.2.1.nii";
  const auto before = contents(output);
  const auto time = std::filesystem::last_write_time(path);
  ASSERT_EQ(prepare({"--spacing", "1", "--resume"}).exit_status, 0);
  EXPECT_EQ(std::filesystem::last_write_time(path), time);
  EXPECT_EQ(contents(output), before);
  // What is asked for changed; a file is gone; a series came.
  ASSERT_EQ(prepare({"--spacing", "2", "--resume"}).exit_status, 0);
  EXPECT_EQ(volumes().at(0).at("spacing"), Json({2, 2, 2}));
  std::filesystem::remove(path);
  ASSERT_EQ(prepare({"--spacing", "2", "--resume"}).exit_status, 0);
  EXPECT_TRUE(std::filesystem::exists(path));
  add("1.2", "2", "flair", turn);
  ASSERT_EQ(prepare({"--spacing", "2", "--resume"}).exit_status, 0);
  EXPECT_THAT(files(), ElementsAre("1.2.1.nii", "1.2.2.nii", "volumes.json"));
}

TEST_F(Prepared, IsTheSameForAnyNumberOfThreadsAndInEveryFormat) {
  make_archive(input);
  const std::vector<std::string> options{"--orient", "RAS", "--spacing", "2"};
  std::map<std::string, std::map<std::string, std::string>> found;
  for (const auto* threads : {"1", "4"}) {
    auto words = options;
    words.insert(words.end(), {"-f", "nii.gz", "--threads", threads});
    const auto run = convert(words);
    ASSERT_EQ(run.exit_status, 0) << run.errors;
    found[threads] = contents(output);
  }
  EXPECT_EQ(found["1"], found["4"]);
  expect_valid_json(output);
  const auto names = files();
  ASSERT_GT(names.size(), 3U);
  std::map<std::string, std::vector<double>> voxels;
  for (const auto& name : names)
    if (name.ends_with(".nii.gz")) voxels[name.substr(0, name.size() - 7)] = image(name).voxels;
  for (const auto* format : {"mhd", "nrrd", "hdr"}) {
    auto words = options;
    words.insert(words.end(), {"-f", format});
    ASSERT_EQ(convert(words).exit_status, 0);
    for (const auto& [stem, expected] : voxels)
      EXPECT_EQ(image(stem + '.' + format).voxels, expected) << stem << format;
  }
}

TEST_F(Prepared, RefusesWhatTakesMoreThanTheBudgetWithBothNumbers) {
  add("1.2", "1", "t1");
  const auto run = prepare({"--spacing", "1", "--memory-budget", "1M"});
  EXPECT_EQ(run.exit_status, 0);
  EXPECT_THAT(run.errors, testing::ContainsRegex(
                              "exceeds_memory: preparing it takes [0-9]+ bytes, at most 1048576"));
  EXPECT_THAT(files(), ElementsAre("volumes.json"));
  EXPECT_TRUE(std::filesystem::exists(output + "/1.2.1.nii"));
  EXPECT_EQ(prepare({"--spacing", "1", "--memory-budget", "1M", "--strict"}).exit_status, 6);
}

TEST_F(Prepared, ASignalLeavesNothingThatIsNotWhole) {
  add("1.2", "1", "t1", [](PhantomSeries& series) { series.slices = 60; });
  std::vector<std::string> command{DCMFLOW_PROGRAM, input,       output, "-f",
                                   "nii",           "--spacing", "0.05"};
  const auto run =
      run_program({.command = command, .send_signal = SIGTERM, .send_after_seconds = 1.5});
  EXPECT_EQ(run.exit_status.value_or(0), 128 + SIGTERM) << run.errors;
  EXPECT_LT(run.seconds, 10);
  for (const auto& name : names_in(output)) EXPECT_FALSE(name.ends_with(".part")) << name;
  EXPECT_FALSE(std::filesystem::exists(output + "/selected-images.json"));
}

TEST_F(Prepared, DemandsThatCannotBeMetEndTheRunBeforeItBegins) {
  add("1.2", "1", "t1");
  EXPECT_EQ(prepare({"--orient", "up"}).exit_status, 2);
  EXPECT_EQ(prepare({"--arrange", "nnunet"}).exit_status, 2);  // no rules
  const auto run = prepare({"--rules", rules(), "--align-to", "T1"});
  EXPECT_EQ(run.exit_status, 2);
  EXPECT_THAT(run.errors, HasSubstr("did you mean 't1'?"));
  const auto plan =
      run_dcmflow({"plan", input, folder / "work", "--shards", "2", "--spacing", "1"});
  EXPECT_EQ(plan.exit_status, 2);
  EXPECT_THAT(plan.errors, HasSubstr("--spacing"));
}

}  // namespace
}  // namespace dcmflow
