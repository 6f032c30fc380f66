#pragma once
// What the log says of a run beside its steps. No patient data. For one thread; no Problems.

#include <cstddef>
#include <string_view>

#include "engine/run.h"

namespace dcmflow {

// That no run is complete after, whatever else went well: it is told as an error, else a warning.
bool ends_a_run(Reason reason);

// That there is no series, and whether there is any DICOM.
void tell_of_nothing(const Run& run);

// What went wrong, a line for each reason.
void tell_problems(const Run& run);

// That a phase came to nothing, here and in report.json. The lists of a merge are not whole then.
void tell_failure(Run& run, const Problem& problem);

// The reason code by which most instances of a series are in no image; empty: there is none.
std::string_view refusal_of(const Run& run, std::size_t series);

// How many series each selection has, why it has none, and which demand of it is not met.
void tell_selected(const Run& run, const Selected& selected);

// Texts that were hard to read and values that could not be, by series.
void tell_notes(const Run& run);

// Series of several studies or patients under one UID: the name of a file does not tell them apart.
void tell_shared_uids(const Run& run);

}  // namespace dcmflow
