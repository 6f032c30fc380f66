#include "config/read_demands.h"

#include <utility>

#include "config/attribute_file.h"
#include "config/keywords.h"
#include "config/prepare_settings.h"
#include "stages/dicom/suv_attributes.h"
#include "stages/selection/bids_rule.h"

namespace dcmflow {
namespace {

Status check_layout(const Settings& settings, const AttributeTable& table) {
  if (settings.layout.kind != Layout::Kind::by_template) return Done{};
  const auto path = parse_layout(settings.layout, table, settings.no_patient);
  if (path) return Done{};
  auto problem = path.problem();
  problem.subject = settings.source_of(problem.subject);
  return problem;
}

}  // namespace

Result<PathTemplate> parse_layout(const Layout& layout, const AttributeTable& table,
                                  bool no_patient) {
  const NameRules rules{.no_patient = no_patient};
  if (layout.option == "--layout")
    return parse_path_template(layout.path_template, layout.option, table, rules);
  auto name = parse_name_template(layout.path_template, layout.option, table, rules);
  if (!name) return name.problem();
  return PathTemplate({std::move(*name)});
}

Result<Demands> read_demands(const Settings& settings, const Sourced<std::string>& rules) {
  AttributeTable table;
  if (settings.image_options.suv != Suv::none) add_suv_attributes(table);
  if (settings.attributes.value)
    if (const auto added = read_attribute_file(*settings.attributes.value, tag_and_vr, table);
        !added)
      return added.problem();
  // What rules ask for is no part of a name.
  if (const auto named = check_layout(settings, table); !named) return named.problem();
  auto parsed = parse_selection_rules(rules.value, rules.source, table,
                                      settings.strict ? Strictness::strict : Strictness::usual);
  if (!parsed) return parsed.problem();
  if (settings.layout.kind == Layout::Kind::bids)
    if (auto placed = check_bids_rules(*parsed, rules.source, settings.no_patient); !placed)
      return placed.problem();
  if (auto checked = check_prepared_selections(settings, *parsed); !checked)
    return checked.problem();
  return Demands{std::move(table), std::move(*parsed)};
}

}  // namespace dcmflow
