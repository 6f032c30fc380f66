#pragma once
// What is asked of an input folder without converting it: why images are selected, which values
// there are to match on, what a run would do. Nothing is written but the answer. For one thread;
// what goes wrong is the exit code, and logged.

#include <atomic>
#include <vector>

#include "config/settings.h"
#include "stages/dicom/attribute_table.h"
#include "stages/selection/selection_rules.h"
#include "stages/selection/survey_values.h"

namespace dcmflow {

// Settings::task explain_rules or list_values: the answer goes to stdout, with patient data in it.
// `keys` are those of list_values. Returns the exit code.
int answer_question(const Settings& settings, const SelectionRules& rules,
                    const AttributeTable& table, std::vector<SurveyedKey> keys,
                    const std::atomic<int>& stop);

// Settings::dry_run: the log tells which images there would be and which are selected. Under Task
// list_series standard output tells instead, patients and descriptions included. Returns the exit
// code that the run would have, as far as the pixels do not decide.
int dry_run(const Settings& settings, const SelectionRules& rules, const AttributeTable& table,
            const std::atomic<int>& stop);

}  // namespace dcmflow
