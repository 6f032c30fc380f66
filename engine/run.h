#pragma once
// What a run works on, handed from one phase of the pipeline to the next.

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "config/settings.h"
#include "engine/done_series.h"
#include "engine/label_file.h"
#include "engine/output_claim.h"
#include "engine/progress.h"
#include "engine/run_report.h"
#include "engine/scan_input.h"
#include "engine/series_log.h"
#include "engine/side_files.h"
#include "engine/slab_queue.h"
#include "engine/write_catalogue.h"
#include "stages/base/part_store.h"
#include "stages/base/striped.h"
#include "stages/catalog/run_summary.h"
#include "stages/database/earlier_run.h"
#include "stages/database/shard_records.h"
#include "stages/discovery/arrivals.h"
#include "stages/prepare/prepared_image.h"
#include "stages/render_series.h"
#include "stages/select_series.h"
#include "stages/selection/collect_selections.h"
#include "stages/selection/selection_rules.h"
#include "stages/sort_slices.h"

namespace dcmflow {

class AttemptNotes;

// The vectors have one row a series, and rows of different series may be filled at the same time.
// No Problems.
struct Run {
  Run(const Settings& its_settings, const SelectionRules& its_rules,
      const AttributeTable& its_table, OutputClaim& its_output, const std::atomic<int>& its_stop)
      : settings(its_settings),
        rules(its_rules),
        table(its_table),
        output(its_output),
        stop(its_stop),
        format(*find_image_format(its_settings.format.value)) {}

  const Settings& settings;
  const SelectionRules& rules;
  const AttributeTable& table;
  OutputClaim& output;
  const std::atomic<int>& stop;  // the number of the signal that ends the run early, else 0
  const ImageFormat& format;
  const std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
  std::chrono::system_clock::time_point began = std::chrono::system_clock::now();
  RunReport report;
  StagedFiles dicom_json;  // the files of --dicom-json, until the others get their names
  SideFiles side_files;
  Progress progress{settings.console.progress};
  SeriesLog series_log{*this};
  WriteCatalogue catalogue{*this};

  Arrivals* arrivals = nullptr;  // under --watch
  struct {
    std::size_t files = 0, series = 0;
    std::size_t kept = 0;       // files that changed or went, and count as they were
  } held;                       // what waits for a later round (engine/hold_arrivals.h)
  StripedCounter headers_read;  // that no earlier run knew
  bool changes_output = false;  // it is not as it was before the run

  // Under --resume the input is walked at once, before anything else.
  std::optional<std::vector<Result<FilePtr>>> found_files;
  std::string files_fingerprint;        // see FilesFingerprint
  std::unique_ptr<EarlierRun> earlier;  // where there was one; until the end

  // Of a run over shards (engine/shards.h).
  GivenInput* given = nullptr;       // the headers, in place of the input folder
  const MadeImages* made = nullptr;  // all images, in place of the input's pixels
  // Not null: no image is taken, only those are looked for that no shard has tried, by their stems.
  std::vector<std::string>* untried = nullptr;
  ScanInput* scan = nullptr;      // takes what read_headers reads: nothing is grouped
  AttemptNotes* notes = nullptr;  // of a shard: what is done, by an earlier attempt too
  // Not null: `series` and all of their vectors are about those at work; here is what is left of
  // those that are done.
  std::unique_ptr<DoneSeries> done;
  bool keeps_tries = false;  // images that were planned again, in given_up
  std::vector<VolumePtr> given_up;

  std::uint64_t largest_work = 0;  // bytes that one step may take: more would end the process
  // The input gave no series, or was not read to its end: what an earlier run made stays.
  bool leaves_earlier_results = false;

  // What is known of files that are in no series; they are the first of report's not_converted.
  std::vector<FilePtr> other_files;  // sorted by name
  std::size_t other_problems = 0;

  std::vector<SeriesPtr> series;                    // sorted by study, then series UID
  std::vector<SortedSeries> sorted;                 // the stacks and refused instances
  std::vector<FrameDigests> digests;                // of the frames that were compared for that
  std::vector<std::vector<Candidate>> candidates;   // the images that rules choose from
  std::vector<std::vector<VolumePtr>> volumes;      // the images that are made of it
  std::vector<std::vector<LabelFile>> label_files;  // under --labels: what is no image of it
  // What is rendered of it already; none when its images are not what they were then.
  std::vector<std::optional<SeriesParts>> parts;
  std::unique_ptr<PartStore> part_store;     // there from replace_earlier_results() on, or before
  std::vector<std::vector<Stack>> left_out;  // --images selected, and nothing keeps them
  PreparedPlan prepared;                     // under --prepare: what is in prepared/
  std::vector<SeriesSummary> summaries;      // what became of it, when it is accounted for

  // Those at work are done with.
  void forget_series() {
    series.clear();
    sorted.clear();
    digests.clear();
    candidates.clear();
    volumes.clear();
    label_files.clear();
    parts.clear();
    left_out.clear();
    summaries.clear();
  }
  // With those that are done, and those that have not been loaded yet.
  std::size_t all_series() const { return done ? given->all.series : series.size(); }
  // Those that may be chosen later apart; of a shard, all of the plan's.
  std::size_t planned_images() const {
    if (given != nullptr) return given->planned_images;
    std::size_t images = 0;
    for (const auto& of_series : volumes) images += of_series.size();
    return images;
  }
};

// A part of the run, in the trace and in the progress line.
class RunPhase {
 public:
  RunPhase(Run& run, const char* name, const char* unit, std::uint64_t total = 0)
      : phase_(run.report.trace(), name) {
    run.progress.begin(name, unit, total);
  }

 private:
  Trace::Phase phase_;
};

}  // namespace dcmflow
