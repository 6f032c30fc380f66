#pragma once
// The series of a run as a table. Pure; no Problems.

#include <cstddef>
#include <string>
#include <string_view>

#include "stages/catalog/summary_text.h"

namespace dcmflow {

// A line for each image, and for each series without any, by studies; where there are very many,
// those with a fault alone. Empty without series.
std::string summary_table(const RunSummary& run, const SummaryForm& form);

// `text` in a colour, where the form has any.
std::string coloured(const SummaryForm& form, std::string_view begin, std::string text);

// 1234567 → "1,234,567"
std::string grouped(std::size_t count);

}  // namespace dcmflow
