#pragma once
// How people name an attribute in a file: a keyword, ggggeeee, (gggg,eeee), private
// (gggg,"CREATOR",ee), each also behind steps into sequences: ProcedureCodeSequence[0].CodeValue,
// (0008,1032)[0].(0008,0100). Only how it is written; no dictionary is asked. Pure; thread-safe.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stages/base/result.h"
#include "stages/dicom/attribute_table.h"

namespace dcmflow {

struct ElementName {
  std::string text;                  // as it is written, without [item]
  std::optional<std::uint32_t> tag;  // as in AttributeRow; nullopt: `text` is a keyword
  std::string private_creator;
  std::optional<std::uint32_t> item;  // in a sequence; never of the attribute itself
};

struct AttributeName {
  std::vector<ElementName> sequences;  // the way to it; empty at the top level
  ElementName element;
};

// Around the creator ' does as well as ", and so does nothing.
// Problem{bad_settings}: subject = the part of `text` that is wrong, detail = what is wrong with it
// and what was expected.
Result<AttributeName> parse_attribute_name(std::string_view text);

// The step into a sequence that was found to be this attribute; item 0 when the name has none. A VR
// of "" or "UN" is not known. Problem{bad_settings}: as above, for what cannot be a step.
Result<SequenceStep> step_into(const ElementName& sequence, const AttributeRow& found);

}  // namespace dcmflow
