#pragma once
// How a run ends before it makes anything: an exit code, or nullopt when it is to go on. Then the
// marker of an earlier run's results is withdrawn, and nothing says any more that they are
// complete; that it cannot be is an end, too, of which nothing may be told but in the log. Not
// thread-safe.

#include <optional>

namespace dcmflow {

struct Run;

// Before the headers are read. A run that goes on in a folder where there is nothing to do ends
// here: the walk through the input finds what the earlier run found; this run would do the same
// with it; and every file of the results lies there as it was written. It opens no file of the
// input, and writes none but the catalogue, which gets a row of this run; the exit code is that of
// the run before. Else run.found_files is what was found, if it was looked for.
std::optional<int> conclude_unread(Run& run);

// When they are read. A round of a watch ends here where there is nothing to do, and what waits for
// a later round counts as it was; or where there is no series yet, or a signal came: all that is
// there stays. It writes nothing at all.
std::optional<int> conclude_unmade(Run& run);

}  // namespace dcmflow
