#pragma once
// The end of a run that goes on in a folder where there is nothing to do.

namespace dcmflow {

struct Run;

// That every file of the input is what it was for the earlier run, nothing new is there and nothing
// gone; that this run would do the same with them; and that every file of its results lies there as
// it was written. REQUIRES: the headers were read.
bool is_unchanged(const Run& run);

// Writes no file but the catalogue, which gets a row of this run. The exit code is that of the run
// before.
int conclude_unchanged(Run& run);

}  // namespace dcmflow
