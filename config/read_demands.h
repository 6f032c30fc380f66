#pragma once
// What a run is to look for: the attributes and the selection rules that the settings name.

#include "config/settings.h"
#include "stages/dicom/attribute_table.h"
#include "stages/naming/name_template.h"
#include "stages/selection/selection_rules.h"

namespace dcmflow {

struct Demands {
  AttributeTable table;  // the rows of the rules' keys too
  SelectionRules rules;
};

// Reads the attribute file, and parses the text of the rules. Problems: bad_settings (the file of
// attributes, and --name), bad_rules. Thread-safe.
Result<Demands> read_demands(const Settings& settings, const Sourced<std::string>& rules);

// The template of --name or --layout. Problem{bad_settings}, about the option.
Result<PathTemplate> parse_layout(const Layout& layout, const AttributeTable& table,
                                  bool no_patient);

}  // namespace dcmflow
