#pragma once
// Sidecars of images of real files: what a scanner's maker wrote, and what --bids says of it.

#include <string>
#include <utility>
#include <vector>

#include "test-data/dicom_builder.h"
#include "tests/support/catalog_fixture.h"
#include "tests/support/instances.h"
#include "tests/support/mosaic.h"

namespace dcmflow {

class ScanFixture : public CatalogFixture {
 protected:
  static constexpr const char* stem = "1.2.3.4";

  // An MR slice of 4 columns and 3 rows, echo planar along the columns.
  static DicomBuilder slice(const std::string& maker = "MAKER") {
    DicomBuilder file;
    return file.set("SOPClassUID", "1.2.840.10008.5.1.4.1.1.4")
        .set("Modality", "MR")
        .set("Manufacturer", maker)
        .set("MRAcquisitionType", "2D")
        .set("ScanningSequence", "EP\\GR")
        .set("RepetitionTime", "2000")
        .set("InPlanePhaseEncodingDirection", "COL");
  }

  // The protocol of a Siemens scanner, from lines "name = value".
  static DicomBuilder& set_protocol(DicomBuilder& file, const std::string& lines) {
    set_csa(file, 0x20,
            csa_header({{"MrPhoenixProtocol",
                         {"### ASCCONV BEGIN ###\n" + lines + "\n### ASCCONV END ###"}}},
                       CsaFormat::sv10));
    return file;
  }
  static DicomBuilder& set_csa_image(DicomBuilder& file, const CsaElements& elements) {
    set_csa(file, 0x10, csa_header(elements, CsaFormat::sv10));
    return file;
  }

  // Bytes as DicomBuilder takes them for OB.
  static std::string hex(const std::vector<std::uint8_t>& bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const auto byte : bytes) {
      if (!text.empty()) text += '\\';
      text += {digits[byte >> 4], digits[byte & 15]};
    }
    return text;
  }

  // The image of the files' frames in their order, `volumes` times the same slices.
  ImageFile image_of(const std::vector<DicomBuilder>& files, std::uint32_t volumes = 1,
                     const std::string& name = stem) {
    Series series{.study_instance_uid = "1.2.3", .series_instance_uid = stem, .instances = {}};
    auto stack = std::make_shared<Stack>();
    for (DicomBuilder file : files) {
      const auto number = std::to_string(++files_);
      file.set("SOPInstanceUID", "1.2.3.4." + number);
      series.instances.push_back(decode_built(file, folder + "/in/" + number + ".dcm"));
      const auto& instance = series.instances.back();
      for (std::uint32_t i = 0; i < instance->pixel_data.number_of_frames; ++i)
        stack->frames.push_back(make_frame(instance, i));
    }
    stack->series = std::make_shared<const Series>(series);
    stack->image_stem = name;
    stack->volumes = volumes;
    stack->grid.size = {4, 3, static_cast<std::uint32_t>(stack->frames.size()) / volumes};
    stack->grid.direction = {Vector3{1, 0, 0}, Vector3{0, 1, 0}, Vector3{0, 0, 1}};
    return {.stack = stack, .name = name + ".nii", .file_names = {name + ".nii"}};
  }

  nlohmann::ordered_json sidecar_of(const ImageFile& image) {
    Catalog catalog;
    catalog.images = {image};
    const auto written = write_bids(folder, catalog);
    EXPECT_TRUE(written.ok()) << written.problem().detail;
    return json(image.stack->image_stem + ".json");
  }
  nlohmann::ordered_json sidecar(const std::vector<DicomBuilder>& files,
                                 std::uint32_t volumes = 1) {
    return sidecar_of(image_of(files, volumes));
  }
  nlohmann::ordered_json sidecar(const DicomBuilder& file) {
    return sidecar(std::vector<DicomBuilder>{file});
  }

 private:
  int files_ = 0;
};

}  // namespace dcmflow
