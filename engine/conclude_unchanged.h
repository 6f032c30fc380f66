#pragma once
// How a run ends before it makes anything.

#include <optional>

namespace dcmflow {

struct Run;

// Takes the marker of an earlier run's results away, after which nothing says that they are
// complete. The exit code when that cannot be: nothing may be told of this run then.
std::optional<int> withdraw_earlier_results(Run& run);

// The end of a run that goes on in a folder where there is nothing to do: the walk through the
// input finds what the earlier run found; this run would do the same with it; and every file of the
// results lies there as it was written. Opens no file of the input, and writes none but the
// catalogue, which gets a row of this run. The exit code of the run before; nullopt when there is
// something to do: run.found_files is then what was found, if it was looked for.
std::optional<int> conclude_unchanged(Run& run);

}  // namespace dcmflow
