#pragma once
// What a run made of each series, in the log and on standard output. For one thread, when no step
// runs any more. No Problems.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/outcome.h"
#include "engine/run.h"

namespace dcmflow {

// A warning for each series that was repaired, is partial, or in no image. REQUIRES: run.summaries
// has every series.
void tell_faults(const Run& run);

// report.html. Problems: those of the writer.
Status write_page(const Run& run, const Catalog& catalog, const Outcome& outcome,
                  const OutputFolder& folder);

// Ends the progress; then the summary, where the settings ask for one. Returns the exit code; JSON
// that cannot be written is in the log as an error, and changes it only where nothing else is
// written.
int tell_summary(Run& run, const Outcome& outcome);

// The same of a run that made nothing again, since none of so many files changed.
int tell_unchanged_summary(Run& run, std::size_t files, std::string_view status, int exit_code);

// "repaired=1 partial=0 refused=2 failed=0": series, for the last line of the log.
std::string verdict_counts(const Run& run);

}  // namespace dcmflow
