#pragma once
// In which contrasts the frames at hand differ. Pure; no Problems.

#include <span>
#include <string>
#include <vector>

#include "stages/sorting/contrast_attributes.h"
#include "stages/sorting/labels.h"
#include "stages/sorting/positions.h"

namespace dcmflow {

// An attribute of the table of which frames have different values.
struct Contrast {
  const ContrastAttribute* attribute = nullptr;
  Labels exact;                            // every value is a label
  Labels equal;                            // values that are equal within the tolerance share one
  std::vector<ContrastValue> values;       // of each label of `equal`, its least
  std::vector<bool> absent;                // of each label of `equal`: its frames have no value
  bool tells_apart_at_a_position = false;  // two of `equal` stand at one position

  // The values as a message quotes them: "100 and 900".
  std::string quote() const;
};

// In the order of the table, those with two values or more. A frame without a value is as the most
// of those with one, unless both stand at one position. The attributes that frames hold are
// compared as text first, so that what is the same in all is never read. REQUIRES: a frame.
std::vector<Contrast> find_contrasts(const Positions& positions);

}  // namespace dcmflow
