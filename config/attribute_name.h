#pragma once
// How people name an attribute in a file: a keyword, ggggeeee, (gggg,eeee), private
// (gggg,"CREATOR",ee), each also behind steps into sequences: ProcedureCodeSequence[0].CodeValue,
// (0008,1032)[0].(0008,0100).

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stages/dicom/attribute_table.h"
#include "stages/result.h"

namespace dcmflow {

// Keyword → tag and VR of the dictionary (PS3.6); nullopt when unknown. A parameter, since the
// dictionary is DCMTK's.
using FindKeyword =
    std::function<std::optional<std::pair<std::uint32_t, std::string>>(std::string_view)>;

struct AttributeName {
  std::uint32_t tag = 0;  // as in AttributeRow
  std::string vr;         // "" when it was given as a tag
  std::string private_creator;
  std::vector<SequenceStep> path;
};

// Problem{bad_settings}: subject = `text`, detail = what is wrong with it and what was expected.
Result<AttributeName> parse_attribute_name(std::string_view text, const FindKeyword& find_keyword);

}  // namespace dcmflow
