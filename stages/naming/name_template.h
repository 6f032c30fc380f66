#pragma once
// Names for people, made of attributes: "{SeriesNumber:03}_{SeriesDescription}" → "005_t1_mprage".
// A template is of one name, of a file or of a folder, or of a path of them. Constant once parsed;
// thread-safe.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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

  // The ASCII letters and digits alone, `most` at most: a label of BIDS. Empty where nothing is
  // left.
  std::string label(const FindValue& find_value, std::size_t most) const;

 private:
  friend class TemplateParser;
  struct Part {
    std::string text;  // as it stands, where there is no attribute
    std::optional<AttributeIndex> attribute;
    std::size_t width = 0;  // of a whole number, at least, by zeros before it
  };
  using Treat = std::function<std::string(std::string)>;  // of a value
  std::string filled(const FindValue& find_value, const Treat& treat) const;

  std::vector<Part> parts_;
};

// Names with a '/' between: the folders below the output folder, then the image.
class PathTemplate {
 public:
  explicit PathTemplate(std::vector<NameTemplate> names) : names_(std::move(names)) {}

  // Of safe names. The first folder has no name that a file of the output folder could have: it
  // ends with no .json, .csv, .ndjson, .html or .log.
  std::string path(const NameTemplate::FindValue& find_value) const;

 private:
  std::vector<NameTemplate> names_;  // one at least
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

// Such names with a '/' between, 16 at most. Problem{bad_settings} also for an empty one.
Result<PathTemplate> parse_path_template(std::string_view text, std::string_view source,
                                         const AttributeTable& table, const NameRules& rules);

}  // namespace dcmflow
