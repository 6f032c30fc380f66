#pragma once
// How a run ends before it makes anything.

#include <optional>

namespace dcmflow {

struct Run;

// Takes the marker of an earlier run's results away, after which nothing says that they are
// complete. The exit code when that cannot be: nothing may be told of this run then.
std::optional<int> withdraw_earlier_results(Run& run);

// The end of a run that goes on in a folder where there is nothing to do: every file of the input
// is what it was for the earlier run, nothing new is there and nothing gone; this run would do the
// same with them; and every file of its results lies there as it was written. Writes no file but
// the catalogue, which gets a row of this run, and gives the exit code of the run before; nullopt
// when there is something to do. A round of a watch gets no row, and ends here too where there is
// no series yet or a signal came: all that is there stays. REQUIRES: the headers were read.
std::optional<int> conclude_early(Run& run);

}  // namespace dcmflow
