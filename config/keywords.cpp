#include "config/keywords.h"

#include "stages/dicom/dictionary.h"

namespace dcmflow {

std::optional<std::pair<std::uint32_t, std::string>> tag_and_vr(std::string_view keyword) {
  const auto entry = find_keyword(keyword);
  if (!entry) return std::nullopt;
  return std::pair(entry->tag, entry->vr);
}

}  // namespace dcmflow
