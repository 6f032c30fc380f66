#pragma once
// The files of stages/catalog/page/, as they were when dcmflow was built. Constant; thread-safe.

#include <string_view>

namespace dcmflow {

extern const std::string_view page_html;    // with {{STYLE}}, {{SCRIPT}}, {{DATA}}, {{POLICY}}
extern const std::string_view page_style;   // CSS
extern const std::string_view page_script;  // JavaScript, all files one behind the other

}  // namespace dcmflow
