#include "config/read_demands.h"

#include <utility>

#include "config/attribute_file.h"
#include "config/keywords.h"
#include "stages/naming/name_template.h"

namespace dcmflow {

Result<Demands> read_demands(const Settings& settings, const Sourced<std::string>& rules) {
  AttributeTable table;
  if (settings.attributes.value)
    if (const auto added = read_attribute_file(*settings.attributes.value, tag_and_vr, table);
        !added)
      return added.problem();
  // What rules ask for is no part of a name.
  if (settings.name)
    if (const auto name = parse_name_template(*settings.name, settings.source_of("--name"), table,
                                              {.no_patient = settings.no_patient});
        !name)
      return name.problem();
  auto parsed = parse_selection_rules(rules.value, rules.source, table,
                                      settings.strict ? Strictness::strict : Strictness::usual);
  if (!parsed) return parsed.problem();
  return Demands{std::move(table), std::move(*parsed)};
}

}  // namespace dcmflow
