#pragma once
// The summary of a run as a person reads it, and as a machine does. Pure; no Problems.

#include <cstddef>
#include <string>

#include "stages/base/terminal_text.h"
#include "stages/catalog/run_summary.h"

namespace dcmflow {

// Of a terminal that is narrower lines are longer than it.
inline constexpr std::size_t least_width = 40;

struct SummaryForm {
  std::size_t width = 0;      // columns that no line exceeds; 0: as long as it takes
  bool descriptions = false;  // of series and studies: for a terminal alone
  bool colours = false;
  bool all_series = false;  // also those without a fault where there are very many
  Charset charset = Charset::utf8;
};

// A line for each image, and for each series without any, by studies; then the counts, and what to
// do next. What comes from headers can do nothing to a terminal.
std::string summary_text(const RunSummary& run, const SummaryForm& form);

// The same, descriptions included: urn:dcmflow:schema:summary:1.
std::string summary_json(const RunSummary& run);

}  // namespace dcmflow
