#pragma once
// A series of built files and what sort_slices makes of it.

#include <gmock/gmock.h>

#include <set>
#include <string>
#include <vector>

#include "stages/dicom/element_digests.h"
#include "stages/pixels/read_frame.h"
#include "stages/sort_slices.h"
#include "tests/support/instances.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {

class SortingScene : public testing::Test {
 protected:
  // Adds slices to the series. Each file gets a SOP Instance UID of its own before the series' own
  // edit.
  void write(PhantomSeries series) {
    const auto part = std::to_string(++parts);
    series.edit = [part, edit = series.edit](unsigned k, DicomBuilder& file) {
      file.set("SOPInstanceUID", "1.2." + part + '.' + std::to_string(k));
      if (edit) edit(k, file);
    };
    for (auto& path : write_phantom_series(series, folder / part)) paths.push_back(path);
  }

  // Adds the same files again, under other names; with other content where `edit` says so.
  void write_again(PhantomSeries series) {
    const auto part = std::to_string(parts);
    series.edit = [part, edit = series.edit](unsigned k, DicomBuilder& file) {
      file.set("SOPInstanceUID", "1.2." + part + '.' + std::to_string(k));
      edit(k, file);
    };
    for (auto& path : write_phantom_series(series, folder / "again")) paths.push_back(path);
  }

  void clear() { paths.clear(); }

  SortedSeries sort(const ImageOptions& options = {}) const {
    return sort_slices(series_of(paths), Tolerances{}, same_decoded_pixels, options,
                       digest_elements);
  }

  // The reasons of all refused instances, each once.
  static std::set<std::string> reasons(const SortedSeries& sorted) {
    std::set<std::string> codes;
    for (const auto& refused : sorted.refused) codes.emplace(reason_code(refused.reason));
    return codes;
  }

  static std::vector<std::string> stems(const SortedSeries& sorted) {
    std::vector<std::string> stems;
    for (const auto& stack : sorted.stacks) stems.push_back(stack.image_stem);
    return stems;
  }

  TemporaryFolder folder;
  std::vector<std::string> paths;
  int parts = 0;
};

}  // namespace dcmflow
