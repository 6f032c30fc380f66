#pragma once
// --attributes FILE: more rows for the attribute table (config/schemas/attributes.schema.json).
//   {"attributes": [
//     {"keyword": "ProtocolName"},
//     {"keyword": "ProcedureCodeSequence[0].CodeValue"},
//     {"path": "ProcedureCodeSequence[0].CodeMeaning", "keyword": "Procedure"},
//     {"tag": "(0019,\"SIEMENS MR HEADER\",0c)", "keyword": "B_value", "vr": "IS"}]}

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "stages/base/result.h"
#include "stages/dicom/attribute_table.h"

namespace dcmflow {

// Keyword → tag and VR of the dictionary (PS3.6); nullopt when unknown. A parameter, since the
// dictionary is DCMTK's.
using FindKeyword =
    std::function<std::optional<std::pair<std::uint32_t, std::string>>(std::string_view)>;

// Adds one row for each entry, all or none. An attribute that the table has already becomes part of
// the metadata and keeps its name, VR and level. Members of an entry:
// - "keyword": the JSON key and the name in rules. It also names the attribute when neither "tag"
//   nor "path" does; only with "path" it may be missing.
// - "tag" or "path": the attribute, in the forms of config/attribute_name.h.
// - "vr": needed for private attributes and for tags. The one in a file wins where it is explicit.
// - "level": patient (the default in group 0010), study, series or instance (the default
// elsewhere).
// - "repeats": whether it usually has one value over a series, and is then stored once. The default
//   is false for instance, else true.
// Problem{bad_settings}: subject = `source`, detail = line and column (in characters), what was
// found and expected.
Status parse_attribute_file(std::string_view text, std::string_view source,
                            const FindKeyword& find_keyword, AttributeTable& table);

// The same from a file of at most 16 MiB. Both are thread-safe on distinct tables.
Status read_attribute_file(const std::string& path, const FindKeyword& find_keyword,
                           AttributeTable& table);

}  // namespace dcmflow
