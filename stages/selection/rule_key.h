#pragma once
// What a key of a rule names: an attribute of the header, or a fact that dcmflow derives from the
// image. For one thread; errors are texts of ResolvedKey.

#include <cstdint>
#include <string>
#include <string_view>

#include "stages/dicom/attribute_table.h"
#include "stages/selection/image_facts.h"
#include "stages/selection/scale.h"

namespace dcmflow {

struct RuleKey {
  // unknown: never has a value. path: the file of a frame, below the input folder.
  enum class Source : std::uint8_t { unknown, attribute, fact, path };
  Source source = Source::unknown;
  AttributeIndex attribute = 0;
  FactIndex fact = 0;
  Scale scale = Scale::text;  // how its values compare with numbers
  bool untyped = false;       // the VR is not known
  bool alternatives = false;  // several values are several names of one thing
  bool is_sequence = false;   // its value is how many items there are
  bool operator==(const RuleKey&) const = default;
};

// A key, and what is to be said about it.
struct ResolvedKey {
  RuleKey key{};
  std::string error{};
  std::string unknown{};  // nothing has that name: an error, but a warning in old-form conditions
  std::string warning{};
};

// Reads a key: a fact or "Path", a keyword, ggggeeee, (gggg,eeee), private (gggg,"CREATOR",ee), or
// a path through sequences to one of these, ProcedureCodeSequence[0].CodeValue; item [*] is any. Of
// a sequence only the existence can be asked for. An attribute that `table` does not have is added
// to it, for rules only.
ResolvedKey resolve_rule_key(std::string_view text, AttributeTable& table);

}  // namespace dcmflow
