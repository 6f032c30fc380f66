// Which phases the runs and pieces of runs go through.

#include "engine/conclude_early.h"
#include "engine/conclude_run.h"
#include "engine/phases.h"
#include "engine/pipeline.h"
#include "engine/plan_images.h"
#include "engine/put_away.h"
#include "engine/tell_run.h"

namespace dcmflow {

void scan_input(Run& run) { Pipeline(run).read_headers(); }
void plan_images(Run& run) { Pipeline(run).plan_images(); }

void plan_run(Run& run) {
  Pipeline pipeline(run);
  pipeline.read_headers();
  pipeline.plan_images();
  pipeline.call("assign_names", assign_names);
}

void make_shard(Run& run, Status (*name_images)(Run&)) {
  Pipeline pipeline(run);
  pipeline.read_headers();
  pipeline.plan_images();
  if (pipeline.call("assign_names", name_images)) pipeline.call("choose_images", begin_images);
  pipeline.make_images();
  pipeline.sync_output();
}

// What a window is not done with when a signal comes is not accounted for: the time is short.
int merge_windows(Run& run, const NextWindow& next_window) {
  if (run.settings.trace.value) run.report.trace().begin();
  if (const auto ended = conclude_unread(run)) return *ended;
  Pipeline pipeline(run);
  pipeline.read_headers();
  hide_image_names(run);
  tell_planned_names(run);
  pipeline.call("replace_earlier_results", replace_earlier_results);
  while (!run.stop && pipeline.call("load_window", next_window)) {
    if (run.series.empty()) break;
    pipeline.plan_images();
    if (!pipeline.call("take_names", take_planned_names)) break;
    if (!run.settings.layout.names_by_uid()) hide_image_names(run);
    pipeline.call("choose_images", begin_images);
    run.catalogue.next_series();
    pipeline.make_images();
    pipeline.sync_output();
    pipeline.conclude_series();
    tell_notes(run);
    if (!pipeline.call("put_away", put_away)) break;
  }
  const int exit_code = pipeline.conclude_run();
  write_trace(run);
  return exit_code;
}

Status look_at_windows(Run& run, const NextWindow& next_window, const std::function<void()>& look) {
  Pipeline pipeline(run);
  pipeline.read_headers();
  while (!run.stop) {
    if (auto loaded = next_window(run); !loaded) return loaded;
    if (run.series.empty()) break;
    pipeline.plan_images();
    if (auto named = take_planned_names(run); !named) return named;
    if (auto chosen = begin_images(run); !chosen) return chosen;
    pipeline.make_images();
    look();
    run.forget_series();
  }
  return Done{};
}

int run_pipeline(Run& run) {
  if (run.settings.trace.value) run.report.trace().begin();
  if (const auto ended = conclude_unread(run)) return *ended;
  Pipeline pipeline(run);
  pipeline.read_headers();
  if (const auto ended = conclude_unmade(run)) return *ended;
  pipeline.plan_images();
  if (pipeline.call("assign_names", assign_names)) pipeline.call("choose_images", begin_images);
  pipeline.call("replace_earlier_results", replace_earlier_results);
  pipeline.make_images();
  pipeline.sync_output();
  pipeline.prepare_images();
  pipeline.make_labels();
  pipeline.write_dicom_json();
  const int exit_code = pipeline.conclude_run();
  write_trace(run);
  return exit_code;
}

}  // namespace dcmflow
