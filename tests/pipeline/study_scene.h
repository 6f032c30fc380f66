#pragma once
// A small study of a brain as a scanner sends it: what --layout bids is tried on.

#include <string>
#include <utility>
#include <vector>

#include "test-data/phantom.h"
#include "tests/pipeline/pipeline_scene.h"

namespace dcmflow {

using Attributes = std::vector<std::pair<std::string, std::string>>;

// Series of one study; each has the number and the minute of its place.
class Study {
 public:
  // In place of a keyword: whether the phase is encoded along increasing rows, and how fast.
  static constexpr const char* polarity = "polarity";

  Study(std::string folder, std::string uid, std::string patient, std::string date = "20240517")
      : folder_(std::move(folder)),
        uid_(std::move(uid)),
        patient_(std::move(patient)),
        date_(std::move(date)) {}

  // One volume for each of `volumes`, which are attributes on top of `attributes`. Its UID.
  std::string add(const std::string& description, const Attributes& attributes,
                  const std::vector<Attributes>& volumes = {{}}) {
    ++number_;
    auto uid = uid_ + '.' + std::to_string(number_);
    constexpr unsigned slices = 3;
    for (unsigned v = 0; v < volumes.size(); ++v) {
      PhantomSeries series{.modality = "MR",
                           .study_uid = uid_,
                           .series_uid = uid,
                           .patient_id = patient_,
                           .series_description = description,
                           .columns = 24,
                           .rows = 20,
                           .slices = slices,
                           .seed = 0,
                           .first_number = 1 + v * slices};
      series.edit = [&](unsigned, DicomBuilder& file) {
        set(file, {{"SeriesNumber", std::to_string(number_)},
                   {"StudyDate", date_},
                   {"StudyTime", "100000"},
                   {"SeriesDate", date_},
                   {"AcquisitionDate", date_},
                   {"AcquisitionTime", time()},
                   {"ProtocolName", description},
                   {"Manufacturer", "SIEMENS"},
                   {"PatientAge", "043Y"},
                   {"PatientSex", "F"},
                   {"MagneticFieldStrength", "3"},
                   {"FlipAngle", "9"},
                   {"MRAcquisitionType", "2D"},
                   {"ScanningSequence", "GR"},
                   {"RepetitionTime", "2000"},
                   {"EchoTime", "3"},
                   {"ImageType", "ORIGINAL\\PRIMARY\\M\\ND"}});
        set(file, attributes);
        set(file, volumes[v]);
      };
      write_phantom_series(series, folder_ + "/" + std::to_string(number_));
    }
    return uid;
  }

  // The protocol of config/examples/bids.json, once.
  void add_protocol() {
    const Attributes epi{{"ScanningSequence", "EP"}, {"EchoTime", "30"}, {polarity, "1"}};
    const Attributes other{{"ScanningSequence", "EP"}, {"EchoTime", "30"}, {polarity, "0"}};
    add("localizer", {});
    add("t1_mprage_sag", {{"MRAcquisitionType", "3D"}});
    add("gre_field_mapping", {},
        {{{"EchoTime", "4.92"}, {"EchoNumbers", "1"}},
         {{"EchoTime", "7.38"}, {"EchoNumbers", "2"}}});
    add("gre_field_mapping",
        {{"ImageType", "ORIGINAL\\PRIMARY\\P\\ND"}, {"EchoTime", "7.38"}, {"EchoNumbers", "2"}});
    add("se_epi_AP", epi);
    add("se_epi_PA", other);
    add("fmri_rest_SBRef", epi);
    add("fmri_rest", epi, times(3));
    add("fmri_nback", epi, times(3));
    add("dwi_AP", epi, directions());
    add("dwi_AP_ADC", {{"ImageType", "DERIVED\\PRIMARY\\DIFFUSION\\ADC\\ND"}});
  }

  static std::vector<Attributes> times(unsigned count) {
    std::vector<Attributes> volumes;
    for (unsigned v = 1; v <= count; ++v)
      volumes.push_back({{"TemporalPositionIdentifier", std::to_string(v)},
                         {"AcquisitionNumber", std::to_string(v)}});
    return volumes;
  }

  static std::vector<Attributes> directions() {
    return {{{"DiffusionBValue", "0"}, {"AcquisitionNumber", "1"}},
            {{"DiffusionBValue", "1000"},
             {"DiffusionGradientOrientation", "1\\0\\0"},
             {"AcquisitionNumber", "2"}},
            {{"DiffusionBValue", "1000"},
             {"DiffusionGradientOrientation", "0\\1\\0"},
             {"AcquisitionNumber", "3"}}};
  }

 private:
  static void set(DicomBuilder& file, const Attributes& attributes) {
    for (const auto& [keyword, text] : attributes)
      if (keyword == polarity)
        file.set("InPlanePhaseEncodingDirection", "COL")
            .set_private(0x0021, "SIEMENS MR SDI 02", 0x1C, "IS", text)
            .set_private(0x0021, "SIEMENS MR SDI 02", 0x53, "FD", "27.778");
      else
        file.set(keyword, text);
  }
  std::string time() const {
    return std::string("10") + (number_ < 10 ? "0" : "") + std::to_string(number_) + "00";
  }

  std::string folder_, uid_, patient_, date_;
  unsigned number_ = 0;
};

inline std::vector<std::string> images_in(const std::string& folder) {
  auto paths = paths_in(folder);
  std::erase_if(paths, [](const auto& path) { return !path.ends_with(".nii.gz"); });
  return paths;
}

}  // namespace dcmflow
