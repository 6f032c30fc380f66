#pragma once
// The whole run: the flow graph, from the input folder to the files of the output folder.

#include <functional>

#include "stages/base/result.h"

namespace dcmflow {

struct Run;

// Runs with settings.threads threads in the output folder that was claimed. Every file of the input
// is accounted for in report.json; nothing is left half-written under a final name, whatever
// happens. run.stop (set by a signal handler to the signal's number) ends the run early and
// cleanly. Returns the exit code. Logs through spdlog's default logger, without patient data.
int run_pipeline(Run& run);

// Reads the headers of the input into run.scan.
void scan_input(Run& run);

// Sorts the slices of run.series, and tests the rules on the images that there would be.
void plan_images(Run& run);

// A merge, some series at a time: next_window() adds to run.series all of the next studies, or
// nothing at the end. REQUIRES: run.done, with lists, and run.given has what it says.
using NextWindow = std::function<Status(Run&)>;
int merge_windows(Run& run, const NextWindow& next_window);

// A look at what merge_windows() would do, with nothing taken or written: calls `look` for each
// window, when what shards have made of it is known. REQUIRES: run.done, run.untried. Problems: of
// next_window; internal_error: the series are not those of the plan.
Status look_at_windows(Run& run, const NextWindow& next_window, const std::function<void()>& look);

// A shard of a run: makes its images, under the names of `name_images`, and syncs them; no file
// tells of them.
void make_shard(Run& run, Status (*name_images)(Run&));

// The first part of a run: headers are read, series are sorted, rules tested on the images that
// there would be, and these get their names. Writes nothing. Called by one thread; what goes wrong
// is told to run.report.
void plan_run(Run& run);

}  // namespace dcmflow
