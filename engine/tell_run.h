#pragma once
// What the log says of a run beside its steps. No patient data.

#include "engine/run.h"

namespace dcmflow {

// How many series each selection has, and why it has none.
void tell_selected(const Run& run, const Selected& selected);

// Texts that were hard to read, by series.
void tell_character_sets(const Run& run);

}  // namespace dcmflow
