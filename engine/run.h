#pragma once
// What a run works on, handed from one phase of the pipeline to the next.

#include <atomic>
#include <chrono>
#include <memory>
#include <vector>

#include "config/settings.h"
#include "engine/run_report.h"
#include "engine/slab_queue.h"
#include "stages/select_series.h"
#include "stages/selection/collect_selections.h"
#include "stages/selection/selection_rules.h"
#include "stages/sort_slices.h"

namespace dcmflow {

// The vectors have one row a series, and rows of different series may be filled at the same time.
struct Run {
  Run(const Settings& its_settings, const SelectionRules& its_rules,
      const AttributeTable& its_table, const std::atomic<int>& its_stop)
      : settings(its_settings),
        rules(its_rules),
        table(its_table),
        stop(its_stop),
        format(*find_image_format(its_settings.format.value)) {}

  const Settings& settings;
  const SelectionRules& rules;
  const AttributeTable& table;
  const std::atomic<int>& stop;  // the number of the signal that ends the run early, else 0
  const ImageFormat& format;
  const std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
  RunReport report;

  std::vector<SeriesPtr> series;                   // sorted by study, then series UID
  std::vector<SortedSeries> sorted;                // the stacks and refused instances
  std::vector<std::vector<Candidate>> candidates;  // the images that rules choose from
  std::vector<std::vector<VolumePtr>> volumes;     // the images that are made of it
};

}  // namespace dcmflow
