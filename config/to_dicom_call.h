#pragma once
// The verb `to-dicom`: which image, of which run, becomes which object. Called by one thread.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stages/base/result.h"

namespace dcmflow {

struct ToDicomCall {
  enum class Kind : std::uint8_t { segmentation, image, measurements };
  Kind kind = Kind::segmentation;
  std::string image;         // LABELS or IMAGE
  std::string run;           // the output folder of a run
  std::string segmentation;  // of measurements: SEG, a segmentation of these labels
  std::string meta;          // of a segmentation
  std::string to;            // FILE, or FOLDER of an image; absolute, without '/' at its end
  std::optional<std::string> asked;  // --image: the file of the run's image, as volumes.json has it
  std::optional<std::string> input;  // where the DICOM files are now
  std::string description;           // of an image: Series Description
  bool json = false;                 // the answer
};

// "to-dicom seg LABELS --run OUTPUT --meta META --to FILE [--image FILE] [--input DIR] [--json]",
// "to-dicom image IMAGE --run OUTPUT --to FOLDER [--image FILE] [--input DIR] [--description TEXT]
// [--json]", "to-dicom sr LABELS --run OUTPUT --meta META --seg SEG --to FILE [--image FILE]
// [--input DIR] [--json]"; nullopt for anything else, and for --help. Problem{bad_settings}: what
// is needed is not there.
std::optional<Result<ToDicomCall>> find_to_dicom_call(const std::vector<std::string>& arguments);

}  // namespace dcmflow
