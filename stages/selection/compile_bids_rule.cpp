#include "stages/selection/compile_bids_rule.h"

#include <algorithm>
#include <array>
#include <functional>
#include <span>

#include "stages/base/ascii.h"
#include "stages/base/nearest_name.h"
#include "stages/naming/bids_labels.h"
#include "stages/selection/compile_selection.h"
#include "stages/selection/selection_rules_types.h"

namespace dcmflow {
namespace {

using enum JsonValue::Type;
using Words = std::span<const std::string_view>;

constexpr auto anat = std::to_array<std::string_view>(
    {"T1w",       "T2w",   "PDw",    "T2starw", "FLAIR", "inplaneT1", "inplaneT2", "PDT2",
     "angio",     "FLASH", "MEGRE",  "MESE",    "VFA",   "IRT1",      "MP2RAGE",   "UNIT1",
     "MPM",       "MTS",   "MTR",    "T1map",   "T2map", "T2starmap", "R1map",     "R2map",
     "R2starmap", "PDmap", "MTRmap", "MTsat",   "Chimap"});
constexpr auto func = std::to_array<std::string_view>({"bold", "cbv", "sbref"});
constexpr auto dwi = std::to_array<std::string_view>({"dwi", "sbref"});
constexpr auto fmap =
    std::to_array<std::string_view>({"phasediff", "phase1", "phase2", "magnitude1", "magnitude2",
                                     "magnitude", "fieldmap", "epi", "m0scan"});
constexpr auto perf = std::to_array<std::string_view>({"asl", "m0scan"});
constexpr auto pet = std::to_array<std::string_view>({"pet"});

// Of the specification: which suffixes a datatype has, and which entities a rule may give.
struct Datatype {
  std::string_view name;
  Words suffixes;
  std::string_view entities;
};
constexpr std::array datatypes{
    Datatype{"anat", anat, " task acq ce rec mod echo flip inv mt part chunk "},
    Datatype{"func", func, " task acq ce rec dir echo part chunk "},
    Datatype{"dwi", dwi, " acq rec dir part chunk "},
    Datatype{"fmap", fmap, " acq ce dir chunk "},
    Datatype{"perf", perf, " acq rec dir chunk "},
    Datatype{"pet", pet, " task trc rec "}};

constexpr auto other_keys = std::to_array<std::string_view>(
    {"datatype", "suffix", "b0_field", "intended_for", "sidecar", "volume_types"});
constexpr auto volume_words =
    std::to_array<std::string_view>({"control", "label", "m0scan", "deltam", "cbf"});

// The field map of a session that is meant where the rule says nothing.
std::string usual_field(std::string_view suffix) {
  if (suffix == "epi" || suffix == "m0scan") return "pepolar";
  return suffix == "fieldmap" || suffix == "magnitude" ? "direct" : "phase";
}

class BidsCompiler {
 public:
  BidsCompiler(const JsonValue& source, Compiler& compiler)
      : source_(source), compiler_(compiler), messages_(compiler.messages) {}

  std::shared_ptr<const BidsRule> compile() {
    const auto before = messages_.errors().size();
    if (!source_.is(object)) {
      messages_.expected(source_, R"("bids" to be as {"datatype": "anat", "suffix": "T1w"})");
      return nullptr;
    }
    if (!read_place()) return nullptr;
    check_members();
    for (const auto key : bids_entities) read_entity(key);
    read_field_map();
    read_sidecar();
    read_volume_types();
    check_required();
    if (messages_.errors().size() > before) return nullptr;
    return std::make_shared<const BidsRule>(std::move(rule_));
  }

 private:
  // The word of a table that the member is.
  template <class Rows, class Name>
  const auto* find_word(std::string_view key, const Rows& rows, Name name) {
    const JsonValue* value = source_.find(key);
    const auto found = value == nullptr
                           ? rows.end()
                           : std::ranges::find(rows, std::string_view(value->text), name);
    if (found != rows.end() && value->is(string)) return &*found;
    std::string wanted(key);
    wanted += " to be one of";
    for (const auto& row : rows) wanted.append(" ").append(std::invoke(name, row));
    if (value == nullptr)
      messages_.error(source_.position, "no \"" + std::string(key) + "\"; expected " + wanted);
    else
      messages_.expected(*value, wanted);
    return static_cast<decltype(&*found)>(nullptr);
  }

  bool read_place() {
    datatype_ = find_word("datatype", datatypes, &Datatype::name);
    if (datatype_ == nullptr) return false;
    const auto* const suffix = find_word("suffix", datatype_->suffixes, std::identity());
    if (suffix == nullptr) return false;
    rule_.datatype = datatype_->name;
    rule_.suffix = *suffix;
    return true;
  }

  bool has_entity(std::string_view key) const {
    return datatype_->entities.find(' ' + std::string(key) + ' ') != std::string_view::npos;
  }

  void check_members() {
    std::vector<std::string_view> known(other_keys.begin(), other_keys.end());
    for (const auto key : bids_entities)
      if (has_entity(key)) known.push_back(key);
    for (const auto& member : source_.members)
      if (member.key == "run")
        return messages_.error(member.position,
                               "\"run\" is counted by acquisition order, where names would be one");
    check_keys(source_, known, messages_);
  }

  void read_entity(std::string_view key) {
    const JsonValue* value = source_.find(key);
    if (value == nullptr || !has_entity(key)) return;
    const bool is_text = value->is(string) || value->is(number);
    auto parsed = parse_name_template(is_text ? value->text : "", key, compiler_.table, {});
    const bool is_plain = is_text && value->text.find('{') == std::string::npos;
    if (!parsed || !is_text || (is_plain && !is_bids_label(value->text)))
      return messages_.expected(*value, std::string(key) +
                                            " to be letters and digits, or {Keyword}" +
                                            (parsed ? "" : ": " + parsed.problem().detail));
    if (is_plain && !is_label_of(key, value->text))
      return messages_.expected(*value, std::string(key) + " to be " +
                                            std::string(trimmed(labels_of(key), " ")) +
                                            ", or {Keyword}");
    rule_.tells_of_patient |=
        !parse_name_template(value->text, key, compiler_.table, {.no_patient = true});
    rule_.entities.push_back({key, std::move(*parsed)});
  }

  void read_field_map() {
    const bool is_map = rule_.datatype == "fmap";
    for (const std::string_view key : {"b0_field", "intended_for"})
      if (const JsonValue* value = source_.find(key); value != nullptr && !is_map)
        messages_.error(value->position, "\"" + std::string(key) + "\" is of field maps (fmap)");
    if (!is_map) return;
    rule_.b0_field = usual_field(rule_.suffix);
    if (const JsonValue* value = source_.find("b0_field")) {
      if (!value->is(string) || !is_bids_label(value->text))
        return messages_.expected(*value, "b0_field to be letters and digits");
      rule_.b0_field = value->text;
    }
    const JsonValue* targets = source_.find("intended_for");
    if (targets == nullptr) return;
    const bool is_list = targets->is(array);
    for (const JsonValue& item : is_list ? std::span(targets->items) : std::span(targets, 1)) {
      if (!item.is(string) || item.text.empty())
        return messages_.expected(item, "intended_for to be names of selections");
      rule_.intended_for.push_back(item.text);
    }
  }

  void read_sidecar() {
    const JsonValue* value = source_.find("sidecar");
    if (value == nullptr) return;
    if (!value->is(object)) return messages_.expected(*value, "sidecar to be an object");
    for (const auto& member : value->members)
      rule_.sidecar.emplace_back(member.key, to_text(member.value));
  }

  void read_volume_types() {
    const JsonValue* value = source_.find("volume_types");
    if (value == nullptr) return;
    if (rule_.suffix != "asl")
      return messages_.error(value->position, "\"volume_types\" is of the suffix asl");
    for (const JsonValue& item : value->items) {
      if (!item.is(string) ||
          std::ranges::find(volume_words, std::string_view(item.text)) == volume_words.end())
        return messages_.expected(item, "control, label, m0scan, deltam or cbf");
      rule_.volume_types.push_back(item.text);
    }
    if (rule_.volume_types.empty())
      messages_.expected(*value, R"(volume_types as ["control", "label"])");
  }

  void check_required() {
    const auto needs = [&](std::string_view key) {
      if (source_.find(key) == nullptr)
        messages_.error(source_.position, "BIDS requires \"" + std::string(key) + "\" of " +
                                              std::string(rule_.suffix));
    };
    if (rule_.datatype == "func") needs("task");
    if (rule_.datatype == "fmap" && rule_.suffix == "epi") needs("dir");
    const auto is_one_of = [&](std::string_view suffixes) {
      return suffixes.find(" " + std::string(rule_.suffix) + " ") != std::string_view::npos;
    };
    if (is_one_of(" MP2RAGE IRT1 ")) needs("inv");
    if (is_one_of(" VFA MPM MTS ")) needs("flip");
    if (is_one_of(" MTR MPM MTS ")) needs("mt");
  }

  const JsonValue& source_;
  Compiler& compiler_;
  RuleMessages& messages_;
  const Datatype* datatype_ = nullptr;
  BidsRule rule_;
};

}  // namespace

std::shared_ptr<const BidsRule> compile_bids_rule(const JsonValue* source, Compiler& compiler) {
  return source == nullptr ? nullptr : BidsCompiler(*source, compiler).compile();
}

void check_intended_for(const JsonValue& selections, const SelectionRules& rules,
                        Compiler& compiler) {
  std::vector<std::string_view> names;
  for (const auto& selection : rules.selections)
    if (selection->bids) names.push_back(selection->name);
  for (const JsonValue& selection : selections.items) {
    const JsonValue* const bids = selection.find("bids");
    const JsonValue* const targets = bids == nullptr ? nullptr : bids->find("intended_for");
    if (targets == nullptr) continue;
    const JsonValue* const own_name = selection.find("name");
    compiler.messages.enter(own_name == nullptr ? "" : '"' + own_name->text + '"', "bids");
    for (const JsonValue& item :
         targets->is(array) ? std::span(targets->items) : std::span(targets, 1))
      if (std::ranges::find(names, std::string_view(item.text)) == names.end())
        compiler.messages.error(item.position, "no selection with \"bids\" is named \"" +
                                                   item.text + "\"; " +
                                                   what_is_known(item.text, names));
  }
}

}  // namespace dcmflow
