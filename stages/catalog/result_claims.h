#pragma once
// What the JSON files of an output folder claim: read back, for whoever checks them.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "stages/base/result.h"
#include "stages/dicom_types.h"

namespace dcmflow {

struct VolumeClaim {
  std::string file;
  std::vector<std::string> files;
  std::vector<std::uint64_t> bytes;  // of each of them, where that is said
  std::string series;
  bool is_main = false;
  Grid grid;
  std::uint32_t volumes = 1;
  std::string voxel_type;
  bool is_label = false;         // of a segmentation
  bool has_untrue_grid = false;  // verdict fail: its slices lie elsewhere
  bool has_stored_values = false;
  bool has_other_values = false;     // than the header's rescale gives: SUV, real world, inverted
  std::vector<std::string> sources;  // of prepared/volumes.json: files of images it was made of
  std::string sha256;                // may be empty
  std::size_t slices = 0;            // frames that are listed
};

// Of report.json.
struct ReportClaim {
  std::string status;
  std::int64_t exit_code = 0;
  std::map<std::string, std::uint64_t> counts;  // "discovered" and the dispositions
  std::map<std::string, std::uint64_t> found;   // the same, counted over its files
  std::vector<std::string> images;              // that its files are said to be in; no repetition
  bool has_prepared = false;                    // it ended, and was asked for prepared images
};

// Each: nullopt when the file is not there; Problem{malformed} when it is not what dcmflow writes.
// Lists of files and frames are not kept, so memory grows with the images alone.
Result<std::optional<std::vector<VolumeClaim>>> read_volume_claims(const std::string& folder);
// labels.json, without slices: its images as those of volumes.json.
Result<std::optional<std::vector<VolumeClaim>>> read_label_claims(const std::string& folder);
Result<std::optional<ReportClaim>> read_report_claim(const std::string& folder);

// Where the slices of one image came from.
struct ImageSources {
  struct Slice {
    std::string sop_instance_uid;
    std::string file;         // as volumes.json has it: printable()
    std::uint32_t frame = 0;  // from 0
  };
  std::string series, study;
  std::vector<Slice> slices;  // one at least; of volume after volume
  // Of each written slice the slices that it was made of: none, one or two.
  std::vector<std::vector<std::size_t>> made_of;
};
// Of the image of volumes.json with this file; nullopt as above, and where there is no such image.
// One image at a time is in memory.
Result<std::optional<ImageSources>> read_image_sources(const std::string& folder,
                                                       const std::string& file);
// series-images.json: key and file name; selected-images.json: the same over all selections.
using ImageList = std::vector<std::pair<std::string, std::string>>;
Result<std::optional<ImageList>> read_series_images(const std::string& folder);
Result<std::optional<ImageList>> read_selected_images(const std::string& folder);

}  // namespace dcmflow
