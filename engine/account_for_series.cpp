#include "engine/account_for_series.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "stages/conclude_series.h"

namespace dcmflow {
namespace {

// Stacks that are left were sorted, and never became images: the run ended before.
void refuse_what_is_left(Run& run, std::size_t i) {
  auto& sorted = run.sorted[i];
  const Problem why = run.stop ? Problem{Reason::interrupted, {}, "stopped by a signal"}
                               : Problem{Reason::internal_error, {}, "its image was not begun"};
  std::vector<RefusedInstance> left;
  const auto leave = [&](const InstancePtr& instance) {
    left.push_back({instance, why.reason, why.detail});
  };
  for (const auto& stack : sorted.stacks)
    for (const auto& frame : stack.frames) leave(frame.instance);
  if (sorted.stacks.empty() && sorted.refused.empty() && run.volumes[i].empty() &&
      run.left_out[i].empty())
    std::ranges::for_each(run.series[i]->instances, leave);
  sorted.refused.insert(sorted.refused.begin(), std::make_move_iterator(left.begin()),
                        std::make_move_iterator(left.end()));
}

}  // namespace

Status account_for_series(Run& run, std::size_t i) {
  std::vector<ImageEnd> images;
  std::set<std::string_view> made;
  for (const auto& volume : run.volumes[i]) {
    const auto& result = volume->result();
    images.push_back({&volume->stack(), result ? nullptr : &result.problem()});
    if (result) made.insert(volume->stack().image_stem);
  }
  refuse_what_is_left(run, i);
  auto end = conclude_series(*run.series[i], run.sorted[i].refused, run.left_out[i], images);
  run.report.converted_files(end.converted);
  for (auto& problem : end.not_converted) run.report.not_converted(std::move(problem));
  for (auto& problem : end.problems) run.report.problem(std::move(problem));
  for (auto& candidate : run.candidates[i]) {
    candidate.facts.converted = made.contains(candidate.facts.stem);
    candidate.left_out = std::ranges::find(run.left_out[i], candidate.facts.stem,
                                           &Stack::image_stem) != run.left_out[i].end();
  }
  return Done{};
}

}  // namespace dcmflow
