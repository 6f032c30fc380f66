#pragma once
// Words that the files of results use.

#include <array>
#include <string_view>

#include "stages/dicom_types.h"

namespace dcmflow {

constexpr std::string_view verdict_name(Verdict verdict) {
  constexpr std::array<std::string_view, 4> names{"pass", "warn", "fail", "partial"};
  return names[static_cast<std::size_t>(verdict)];
}

constexpr std::string_view severity_name(Severity severity) {
  constexpr std::array<std::string_view, 4> names{"skipped", "repaired", "refused", "failed"};
  return names[static_cast<std::size_t>(severity)];
}

}  // namespace dcmflow
