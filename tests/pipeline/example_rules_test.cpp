// The rules of config/examples, over series as their readers have them.

#include <gmock/gmock.h>

#include "test-data/phantom.h"
#include "tests/pipeline/pipeline_scene.h"

namespace dcmflow {
namespace {

class ExampleRules : public PipelineScene {
 protected:
  // Series 1.2.3.<number>; what is edited is edited in each slice.
  void series(unsigned number, const std::string& modality, const std::string& description,
              unsigned slices,
              const std::vector<std::pair<std::string, std::string>>& attributes = {},
              double spacing = 2.5) {
    PhantomSeries phantom{.modality = modality,
                          .series_uid = "1.2.3." + std::to_string(number),
                          .series_description = description,
                          .columns = 4,
                          .rows = 3,
                          .slices = slices};
    phantom.slice_spacing = spacing;
    phantom.edit = [attributes](unsigned, DicomBuilder& file) {
      for (const auto& [keyword, text] : attributes) file.set(keyword, text);
    };
    write_phantom_series(phantom, input);
  }
  // What the example selects: name → the numbers of the series.
  std::map<std::string, std::string> selected_by(const std::string& example) {
    const ProgramRun run = convert(
        {"--rules", DCMFLOW_SOURCE_DIR "/config/examples/" + example + ".json", "--strict"});
    EXPECT_EQ(run.exit_status, 0) << run.errors;
    std::map<std::string, std::string> found;
    const Json selected = json("selected-images.json");
    for (const auto& [name, images] : selected.items())
      for (const auto& [uid, image] : images.items()) found[name] += uid.substr(6);
    return found;
  }
};

using Found = std::map<std::string, std::string>;

TEST_F(ExampleRules, HaveNoMistake) {
  for (const auto& name : names_in(DCMFLOW_SOURCE_DIR "/config/examples")) {
    const ProgramRun run =
        run_dcmflow({"rules", "check", DCMFLOW_SOURCE_DIR "/config/examples/" + name});
    EXPECT_EQ(run.exit_status, 0) << run.output;
    EXPECT_THAT(run.output, testing::HasSubstr(": no mistake, 0 warnings")) << name;
  }
}

TEST_F(ExampleRules, FindTheContrastEnhancedBrain) {
  series(1, "MR", "AX T1 pre", 8);
  series(2, "MR", "AX T1 POST", 6, {}, 5);
  series(3, "MR", "SAG T1 MPRAGE +C", 8, {}, 1);
  series(4, "MR", "T1 post subtraction", 8, {}, 0.5);
  EXPECT_EQ(selected_by("brain-t1c"), (Found{{"T1C", "3"}}));
}

TEST_F(ExampleRules, FindThinChestSlices) {
  series(1, "CT", "Thorax B31f", 40, {{"ConvolutionKernel", "B31f"}}, 1);
  series(2, "CT", "Thorax B70f", 40, {{"ConvolutionKernel", "B70f"}}, 1);
  series(3, "CT", "Thorax B20f", 40, {{"ConvolutionKernel", "B20f"}}, 5);
  series(4, "CT", "Abdomen", 40, {{"ConvolutionKernel", "B10f"}}, 1);
  EXPECT_EQ(selected_by("chest-ct-thin"), (Found{{"chest", "1"}}));
}

TEST_F(ExampleRules, FindFourChannelsOfOneFrameOfReference) {
  series(1, "MR", "T1 tra", 8);
  series(2, "MR", "T1 tra +C", 8);
  series(3, "MR", "T2 tra", 8);
  series(4, "MR", "T2 FLAIR", 8);
  series(5, "MR", "T2 tra 3D", 20, {{"FrameOfReferenceUID", "1.9"}});
  EXPECT_EQ(selected_by("brain-tumour-mr"),
            (Found{{"T1", "1"}, {"T1C", "2"}, {"T2", "3"}, {"FLAIR", "4"}}));
}

TEST_F(ExampleRules, FindProstateImagesOfOneFrameOfReference) {
  series(1, "MR", "t2_tse_tra", 8, {}, 3);
  series(2, "MR", "ep2d_ADC", 8, {{"ImageType", "DERIVED\\PRIMARY\\ADC\\ND"}});
  series(3, "MR", "ep2d b=50", 8, {{"DiffusionBValue", "50"}});
  series(4, "MR", "ep2d b=1400", 8, {{"DiffusionBValue", "1400"}});
  series(5, "MR", "ep2d b=2000", 8, {{"DiffusionBValue", "2000"}, {"FrameOfReferenceUID", "1.9"}});
  EXPECT_EQ(selected_by("prostate-mr"), (Found{{"T2", "1"}, {"ADC", "2"}, {"high b", "4"}}));
}

TEST_F(ExampleRules, FindTheCtOfThePet) {
  series(1, "PT", "WB AC", 8);
  series(2, "PT", "WB NAC", 8);
  series(3, "CT", "WB", 6);
  series(4, "CT", "Diagnostic", 20, {{"FrameOfReferenceUID", "1.9"}});
  EXPECT_EQ(selected_by("pet-ct"), (Found{{"PET", "1"}, {"CT", "3"}}));
}

}  // namespace
}  // namespace dcmflow
