#pragma once
// JSON inside of a page. Pure; no Problems.

#include <string>
#include <string_view>

namespace dcmflow {

// `json` as it may stand in a script element: what ends one, or a line of one, is \uXXXX. It means
// the same.
std::string script_json(std::string_view json);

}  // namespace dcmflow
