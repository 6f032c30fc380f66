#pragma once
// Names for people, made of attributes: "{SeriesNumber:03}_{SeriesDescription}" → "005_t1_mprage".
// A template is of one name, of a file or of a folder. Constant once parsed; thread-safe.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stages/base/result.h"
#include "stages/dicom/attribute_table.h"

namespace dcmflow {

class NameTemplate {
 public:
  // What stands for an attribute; nullopt: it is absent or empty.
  using FindValue = std::function<std::optional<std::string_view>(AttributeIndex)>;

  // A name as safe_name() makes it, of values as safe_value() makes them; an absent one is
  // "unknown".
  std::string name(const FindValue& find_value) const;

 private:
  friend class TemplateParser;
  struct Part {
    std::string text;  // as it stands, where there is no attribute
    std::optional<AttributeIndex> attribute;
    std::size_t width = 0;  // of a whole number, at least, by zeros before it
  };
  std::vector<Part> parts_;
};

struct NameRules {
  bool no_patient = false;  // attributes of the patient are refused
};

// "{Keyword}" is the value of an attribute of `table`, at the level of patient, study or series;
// "{Keyword:03}" a whole number with zeros before it, up to so many digits; "{{" and "}}" are
// braces; all else stands for itself. Problem{bad_settings}, subject `source`: an unknown or
// refused keyword, with the nearest that is known; a brace that is open; a character that no name
// may have; more than 64 parts.
Result<NameTemplate> parse_name_template(std::string_view text, std::string_view source,
                                         const AttributeTable& table, const NameRules& rules);

}  // namespace dcmflow
