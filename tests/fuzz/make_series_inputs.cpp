// Series for the target "files": several images in one, defects, and what has to be guessed.

#include <array>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/fuzz/series_input.h"

namespace dcmflow::fuzz {
namespace {

namespace syntax = dcmflow::transfer_syntax;

// Six files at three positions: what the two at one position differ by.
Bytes pairs(const std::vector<std::pair<std::string, std::array<std::string, 2>>>& differences,
            const std::string& modality = "MR") {
  const PhantomSeries like{.modality = modality};
  std::vector<std::string> positions;
  return series(
      syntax::explicit_little,
      [&](unsigned slice, DicomBuilder& file) {
        file.set("ImagePositionPatient", "-10\\-20\\" + std::to_string(30 + slice % 3 * 2));
        for (const auto& [keyword, texts] : differences)
          if (!texts[slice / 3].empty()) file.set(keyword, texts[slice / 3]);
      },
      6, like);
}

void add_series_of_several_images(const Inputs& inputs) {
  using Pair = std::array<std::string, 2>;
  const std::tuple<const char*, const char*, Pair> one_difference[] = {
      {"echoes", "EchoTime", {"10", "20"}},
      {"echo_numbers", "EchoNumbers", {"1", "2"}},
      {"phases", "TemporalPositionIdentifier", {"1", "2"}},
      {"trigger_times", "TriggerTime", {"0", "400"}},
      {"acquisitions", "AcquisitionNumber", {"1", "2"}},
      {"inversions", "InversionTime", {"100", "900"}},
      {"flips", "FlipAngle", {"5", "15"}},
      {"b_values", "DiffusionBValue", {"0", "1000"}},
      {"components", "ImageType", {"ORIGINAL\\PRIMARY\\M\\ND", "ORIGINAL\\PRIMARY\\P\\ND"}},
      {"series_times", "ContentTime", {"100000", "110000"}},
      {"unlabelled", "ImageComments", {"", ""}},
      {"sequences", "SequenceName", {"ep_b0", "ep_b1000#1"}},
      {"patients", "PatientID", {"P1", "P2"}},
      {"frames_of_reference", "FrameOfReferenceUID", {"1.2.3.7", "1.2.3.8"}},
      {"orientations", "ImageOrientationPatient", {"1\\0\\0\\0\\1\\0", "1\\0\\0\\0\\0\\-1"}},
      {"spacings", "PixelSpacing", {"1\\1", "2\\2"}},
      {"slopes", "RescaleSlope", {"1", "2"}},
      {"stacks", "StackID", {"1", "2"}}};
  for (const auto& [name, keyword, texts] : one_difference)
    inputs.add("files", name, pairs({{keyword, texts}}));
  inputs.add("files", "kernels", pairs({{"ConvolutionKernel", {"B30f", "B70f"}}}, "CT"));
  inputs.add("files", "energies", pairs({{"KVP", {"80", "140"}}}, "CT"));
  inputs.add(
      "files", "pet_times",
      pairs({{"FrameReferenceTime", {"0", "60000"}}, {"AcquisitionTime", {"100000", "100100"}}},
            "PT"));
  inputs.add("files", "directions",
             pairs({{"DiffusionBValue", {"1000", "1000"}},
                    {"DiffusionGradientOrientation", {"1\\0\\0", "0\\1\\0"}}}));
  inputs.add("files", "echoes_and_phases",
             pairs({{"EchoTime", {"10", "20"}}, {"TemporalPositionIdentifier", {"1", "2"}}}));
  inputs.add("files", "sizes", pairs({{"Rows", {"5", "6"}}}));
}

void add_series_with_defects(const Inputs& inputs) {
  const auto place = [](const std::vector<std::string>& positions) {
    return series(
        syntax::explicit_little,
        [positions](unsigned slice, DicomBuilder& file) {
          file.set("ImagePositionPatient", positions[slice]);
        },
        static_cast<unsigned>(positions.size()));
  };
  inputs.add("files", "gap", place({"0\\0\\0", "0\\0\\2", "0\\0\\6", "0\\0\\8", "0\\0\\10"}));
  inputs.add("files", "irregular", place({"0\\0\\0", "0\\0\\2", "0\\0\\5", "0\\0\\5.5"}));
  inputs.add("files", "tilted", place({"0\\0\\0", "0\\1\\2", "0\\2\\4", "0\\3\\6"}));
  inputs.add("files", "sideways", place({"0\\0\\0", "1\\0\\2", "0\\0\\4", "1\\0\\6"}));
  inputs.add("files", "two_runs", place({"0\\0\\0", "0\\0\\2", "0\\0\\40", "0\\0\\42"}));
  inputs.add("files", "same_file", [] {
    const auto one = series(syntax::explicit_little, {}, 1);
    return joined({one, one, series(syntax::implicit_little, {}, 1)});
  }());
  const std::pair<const char*, const char*> without[] = {
      {"without_position", "ImagePositionPatient"},
      {"without_orientation", "ImageOrientationPatient"},
      {"without_spacing", "PixelSpacing"},
      {"without_pixels", "PixelData"},
      {"without_uid", "SOPInstanceUID"},
      {"without_bits", "BitsStored"}};
  for (const auto& [name, attribute] : without)
    inputs.add("files", name,
               series(syntax::explicit_little, [keyword = attribute](unsigned, DicomBuilder& file) {
                 file.remove(keyword);
               }));
  const std::tuple<const char*, const char*, const char*> with[] = {
      {"no_rows", "Rows", "0"},
      {"odd_bits", "BitsAllocated", "12"},
      {"no_frames", "NumberOfFrames", "0"},
      {"bad_position", "ImagePositionPatient", "0\\x\\0"},
      {"bad_orientation", "ImageOrientationPatient", "1\\0\\0\\1\\0\\0"},
      {"bad_slope", "RescaleSlope", "0"},
      {"utf8", "SpecificCharacterSet", "ISO_IR 192"},
      {"japanese", "SpecificCharacterSet", "\\ISO 2022 IR 87"},
      {"unknown_set", "SpecificCharacterSet", "ISO_IR 999"},
      {"encapsulated_document", "SOPClassUID", "1.2.840.10008.5.1.4.1.1.104.1"},
      {"localizer", "ImageType", "ORIGINAL\\PRIMARY\\LOCALIZER"},
      {"spatial_gap", "SpacingBetweenSlices", "4"}};
  for (const auto& [name, keyword, text] : with)
    inputs.add("files", name, series(syntax::explicit_little, set_all(keyword, text)));
}

// Volumes that no attribute of the standard tells apart, and contrasts that change along the stack.
void add_series_that_need_a_guess(const Inputs& inputs) {
  const PhantomSeries like{.modality = "MR"};
  const auto add = [&](const char* name, unsigned slices, const Edit& edit) {
    inputs.add("files", name, series(syntax::explicit_little, edit, slices, like));
  };
  const auto place = [](DicomBuilder& file, unsigned position) {
    file.set("ImagePositionPatient", "0\\0\\" + std::to_string(2 * position));
  };
  add("unnumbered", 6, [&](unsigned slice, DicomBuilder& file) {
    place(file, slice % 3);
    file.remove("InstanceNumber");
  });
  add("same_numbers", 6, [&](unsigned slice, DicomBuilder& file) {
    place(file, slice % 3);
    file.set("InstanceNumber", std::to_string(slice % 3 + 1));
  });
  add("same_pixels", 6, [&](unsigned slice, DicomBuilder& file) {
    place(file, slice % 3);
    file.remove("InstanceNumber").pixels16(std::vector<std::int32_t>(30, 7));
  });
  add("volumes_inside", 6, [&](unsigned slice, DicomBuilder& file) { place(file, slice / 2); });
  add("incomplete", 5, [&](unsigned slice, DicomBuilder& file) {
    place(file, slice % 3);
    file.set("TemporalPositionIdentifier", std::to_string(slice / 3 + 1));
  });
  add("incomplete_numbers", 5, [&](unsigned slice, DicomBuilder& file) { place(file, slice % 3); });
  add("even_times", 8, [&](unsigned slice, DicomBuilder& file) {
    place(file, slice % 2);
    file.set("TriggerTime", std::to_string(slice % 2 * 10 + slice / 2 * 100))
        .set("NominalInterval", "400");
  });
  add("interleaved_echoes", 6, [&](unsigned slice, DicomBuilder& file) {
    place(file, slice);
    file.set("EchoTime", slice % 2 == 0 ? "10" : "20");
  });
  add("zones", 8, [&](unsigned slice, DicomBuilder& file) {
    place(file, slice);
    file.set("EchoTime", slice < 4 ? "10" : "20").set("FlipAngle", slice < 4 ? "5" : "9");
  });
  add("turned", 6, [&](unsigned slice, DicomBuilder& file) {
    place(file, slice);
    if (slice % 2 == 0) return;
    file.set("ImagePositionPatient", "3.5\\3.2\\" + std::to_string(2 * slice))
        .set("ImageOrientationPatient", "-1\\0\\0\\0\\-1\\0");
  });
  add("two_spacings", 6, [&](unsigned slice, DicomBuilder& file) {
    place(file, slice);
    if (slice % 2 == 0) file.set("SliceThickness", "3").set("FrameOfReferenceUID", "1.2.9");
  });
  add("located", 4, [](unsigned slice, DicomBuilder& file) {
    file.set("SliceLocation", std::to_string(slice % 2))
        .set("InstanceNumber", std::to_string(4 - slice))
        .remove("ImagePositionPatient");
  });
  add("shifted", 8, [&](unsigned slice, DicomBuilder& file) {
    file.set("ImagePositionPatient", "0\\0\\" + std::to_string(slice % 4 * 4 + slice / 4))
        .set("AcquisitionNumber", std::to_string(slice / 4 + 1));
  });
}

}  // namespace

Bytes series(std::string_view transfer_syntax, const Edit& edit, unsigned slices,
             const PhantomSeries& like) {
  PhantomSeries phantom = like;
  phantom.columns = 6;
  phantom.rows = 5;
  phantom.slices = slices;
  phantom.seed = 0;
  const auto header = phantom_header(phantom);
  std::vector<Bytes> files;
  for (unsigned slice = 0; slice < phantom.slices; ++slice) {
    auto file = phantom_slice(phantom, header, slice);
    if (edit) edit(slice, file);
    files.push_back(file.bytes(transfer_syntax));
  }
  return joined(files);
}

Edit set_all(const std::string& keyword, const std::string& text) {
  return [=](unsigned, DicomBuilder& file) { file.set(keyword, text); };
}

void add_series(const Inputs& inputs) {
  add_series_of_several_images(inputs);
  add_series_with_defects(inputs);
  add_series_that_need_a_guess(inputs);
}

}  // namespace dcmflow::fuzz
