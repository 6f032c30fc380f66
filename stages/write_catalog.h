#pragma once
// The JSON files of the output folder. Each appears under its final name only when complete
// (temporary name, then rename).

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "stages/base/output_folder.h"
#include "stages/base/table_format.h"
#include "stages/dicom/attribute_table.h"
#include "stages/dicom_types.h"
#include "stages/labels/label_image.h"
#include "stages/pixels/overview.h"
#include "stages/render_series.h"
#include "stages/selection/candidate.h"
#include "stages/selection/collect_selections.h"
#include "stages/selection/selection_rules.h"

namespace dcmflow {

class JsonWriter;
class ListedSeries;

// Work of one step of the pipeline, for report.json.
struct StepRecord {
  std::string step;
  std::uint64_t items = 0;
  std::uint64_t problems = 0;
  std::uint64_t bytes = 0;
  double busy_seconds = 0;
};

struct RunFacts {
  std::string status = "complete";  // "complete", "complete_with_problems", "interrupted", "failed"
  int exit_code = 0;
  std::size_t threads = 0;
  double seconds = 0;
  std::uint64_t peak_memory_bytes = 0;
  std::vector<StepRecord> steps;
};

// Everything that the JSON files say. Sorted by the writer, so that the bytes do not depend on
// threads or directory order.
struct Catalog {
  std::vector<SeriesPtr>
      series;  // every series with at least one readable instance, sorted by study, then series UID
  std::vector<ImageFile> images;
  std::vector<const LabelImage*> labels;         // of --labels, by file name
  std::map<std::string, OverviewPtr> overviews;  // of those that have one, by name
  // Of files that are in no image; the subject is the file. With the frames of `images` they are
  // every file that was discovered, once: converted files need no record of their own.
  std::vector<Problem> not_converted;
  std::vector<Problem> problems;  // of series and stacks; the subject is the Series Instance UID
  // What rules could choose, one list for each of `series`, and what they chose of it.
  std::vector<std::vector<Candidate>> candidates;
  std::vector<SelectedSeries> selections;
  std::map<std::string, std::string> settings;  // settings and geometry constants, by name
  RunFacts run;
  // What series have rendered already, and where it lies; the others are rendered as the files are
  // written. The bytes of the files are the same.
  std::map<const Series*, SeriesParts> parts;
  const PartStore* part_store = nullptr;
  // Where a run has too many: what lists say of its series, which are gone; in part_store. Then
  // series, images and candidates are those alone that keys and selections follow from, and
  // not_converted and problems what was told of no series.
  const ListedSeries* listed = nullptr;

  // Those that are listed, too.
  std::size_t series_count() const;
  std::size_t image_count() const;
};

// Each writes one file into `folder`. Problems: output_not_writable, disk_full, with the path and
// the system's words; interrupted where the folder gives up; internal_error where two main images
// claim one key. The files are streamed series by series, so memory does not grow with the
// archive. Thread-safe on distinct folders.
Status write_dicom_metadata(const OutputFolder& folder, const Catalog& catalog,
                            const AttributeTable& table, bool no_patient);
Status write_series_images(const OutputFolder& folder, const Catalog& catalog);
Status write_volumes(const OutputFolder& folder, const Catalog& catalog);
// <stem>.json, and <stem>.bval and .bvec for diffusion, beside each image for which `is_kept` does
// not say that they lie there. The stems of those that say less than they would, since a file of
// the image cannot be read any more. `no_patient` leaves out keys whose attributes are personal.
Result<std::vector<std::string>> write_bids(
    const OutputFolder& folder, const Catalog& catalog,
    const std::function<bool(const Stack&)>& is_kept = [](const Stack&) { return false; },
    bool no_patient = false);
// What they are for an image, <stem>.json first. Pure.
std::vector<std::string> sidecar_names(const Stack& stack);
// labels.json: every label image, and its segments.
Status write_labels(const OutputFolder& folder, const Catalog& catalog);
Status write_report(const OutputFolder& folder, const Catalog& catalog);
Status write_selected_images(const OutputFolder& folder, const Catalog& catalog);
// series, instances and images as .csv or .ndjson. REQUIRES: a format that is not none.
Status write_tables(const OutputFolder& folder, const Catalog& catalog, const AttributeTable& table,
                    bool no_patient, TableFormat format);
// metadata.json: facts to route by, or of an error that there was one.
Status write_workflow_metadata(const OutputFolder& folder, const Catalog& catalog);
// As an object; no Problems but those of the writer. REQUIRES: nothing is listed.
// `no_patient` leaves out what conditions saw.
void write_selection_report(JsonWriter& json, const Catalog& catalog, const SelectionRules& rules,
                            bool no_patient);
Status write_selection_report(const OutputFolder& folder, const Catalog& catalog,
                              const SelectionRules& rules, bool no_patient);

}  // namespace dcmflow
