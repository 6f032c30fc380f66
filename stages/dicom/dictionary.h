#pragma once
// The DICOM data dictionary (PS3.6), as DCMTK ships it. It is loaded at the first call, once; safe
// from any thread. No Problems.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dcmflow {

struct DictionaryEntry {
  std::uint32_t tag = 0;
  std::string vr;            // two letters; "UN" when the dictionary does not say
  std::string keyword;       // PS3.6 keyword, "" for private elements
  bool several = false;      // its VM may exceed 1
  bool is_us_or_ss = false;  // Pixel Representation decides (PS3.5 A.1); `vr` is US then
};

// The standard attribute with exactly this keyword, retired ones included; the first of a repeating
// group (6000,eeee).
std::optional<DictionaryEntry> find_keyword(std::string_view keyword);

// The attribute with this tag. A private element is gggg00ee and needs its creator.
std::optional<DictionaryEntry> find_tag(std::uint32_t tag, std::string_view private_creator = {});

// The name of a SOP Class (PS3.6 table A-1, without blanks), e.g. "RTStructureSetStorage"; empty
// when it is unknown.
std::string sop_class_name(std::string_view uid);

// The standard keyword that is most like `keyword`, or nullopt when none is close.
std::optional<std::string> nearest_keyword(std::string_view keyword);

}  // namespace dcmflow
