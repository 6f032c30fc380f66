#pragma once
// What the log says of each selection: how many series it has, and why it has none. No Problems.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stages/selection/collect_selections.h"

namespace dcmflow {

struct SelectionLine {
  bool is_warning = false;
  std::string text;
};

// Series that candidates tell nothing of: none of their images matches, or, where every series is
// selected, each that is counted is so.
struct UntoldSeries {
  std::size_t series = 0;
  std::size_t selected = 0;
};

// One line for each selection, a warning where it is empty, and a warning for each condition that
// an expression which gave up, a value that is no number, or one frame of several decided.
// refusals[series]: the reason code by which a series became no image; may be empty. Names keys and
// selections, never a value. Pure.
std::vector<SelectionLine> tell_selections(const std::vector<std::vector<Candidate>>& candidates,
                                           const SelectionRules& rules, const Selected& selected,
                                           std::span<const std::string_view> refusals,
                                           UntoldSeries untold = {});

}  // namespace dcmflow
