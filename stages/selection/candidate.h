#pragma once
// What a selection can choose, and what became of it: the record between select_series, which tests
// rules, and what collects, explains and writes their answers. Plain values.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "stages/selection/image_facts.h"

namespace dcmflow {

// What is worth a word about a condition, whether it held or not.
struct MatchNote {
  enum class Kind : std::uint8_t {
    varies,     // the attribute varies inside the image, and one frame decided
    gave_up,    // a regular expression met its limits
    no_number,  // a number met values that are none
  };
  Kind kind = Kind::varies;
  std::string key;
};

// What a series is ordered by: numbers, then texts, then missing values; a number and a text never
// compare.
struct OrderValue {
  enum class Kind : std::uint8_t { number, text, missing };
  Kind kind = Kind::missing;
  double number = 0;
  std::string text;
};

// For one selection and image: matched, or the first condition that failed and the value that it
// saw.
struct SelectionMatch {
  bool matched = false;
  std::string failed_key{};
  std::string expected{};
  std::string seen{};  // holds patient data when the key does: goes to selection-report.json, never
                       // to a log
  std::vector<MatchNote> notes{};
  std::vector<OrderValue> order{};  // by the selection's order_by
};

// An image that rules can choose, or a series that became none.
struct Candidate {
  ImageFacts facts;
  std::size_t image = 0;             // its place in the images of the series, before any is named
  bool left_out = false;             // not made, since no selection keeps it (--images selected)
  std::string patient;               // Patient ID and its issuer; empty: not known
  std::vector<std::string> related;  // values of SelectionRules::related_keys; empty: missing
  std::vector<SelectionMatch> matches;  // one for each selection of the rules, in their order
};

}  // namespace dcmflow
