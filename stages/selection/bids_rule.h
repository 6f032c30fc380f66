#pragma once
// Where in a data set of BIDS a selection puts its images (BIDS specification 1.10): the member
// "bids" of a selection. Immutable once compiled; thread-safe.
//
//   {"datatype": "func", "suffix": "bold", "task": "{ProtocolName}", "dir": "AP"}

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stages/base/result.h"
#include "stages/naming/name_template.h"
#include "stages/selection/candidate.h"
#include "stages/selection/selection_rules.h"

namespace dcmflow {

// Those behind sub- and ses-, in the order in which names have them.
inline constexpr std::array<std::string_view, 14> bids_entities{
    "task", "acq",  "ce",   "trc", "rec", "dir",  "run",
    "mod",  "echo", "flip", "inv", "mt",  "part", "chunk"};

// "task-rest" of a name. The value may have attributes in it: "{ProtocolName}".
struct BidsEntity {
  std::string_view key;
  NameTemplate value;
};

struct BidsRule {
  std::string_view datatype;         // anat, func, dwi, fmap, perf, pet
  std::string_view suffix;           // T1w, bold, ...
  std::vector<BidsEntity> entities;  // that the rule gives, in the order of names
  std::string b0_field;              // what a field map is told apart by from others of its session
  std::vector<std::string> intended_for;  // names of selections; empty: func, dwi and perf
  std::vector<std::pair<std::string, std::string>> sidecar;  // key, JSON: what no header says
  std::vector<std::string> volume_types;  // of aslcontext.tsv: for the volumes, over and over
  bool tells_of_patient = false;          // by an attribute in a name
};

// Where an image stands in the data set; the name of its files is the stem of its stack.
struct BidsImage {
  std::shared_ptr<const BidsRule> rule;
  std::string selection;   // its name
  std::string subject;     // the label behind "sub-"
  std::string session;     // empty: the data set has no sessions
  std::string task;        // empty: none
  std::string unnumbered;  // the name of its files without run-
  std::size_t order = 0;   // in which the images of the run were acquired
};

// What BIDS wants of an image beyond what the selection asks: bold has volumes, dwi gradients.
// False, with the reason in `match`, for one that has not.
bool fits_bids(const BidsRule& rule, const ImageFacts& facts, SelectionMatch& match);

// For --layout bids: every selection has its place, and under --no-patient no name that tells of
// the patient. Problem{bad_rules} with those that have not.
Status check_bids_rules(const SelectionRules& rules, std::string_view source, bool no_patient);

}  // namespace dcmflow
