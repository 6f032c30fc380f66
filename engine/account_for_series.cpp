#include "engine/account_for_series.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace dcmflow {
namespace {

// With the stacks that are left: they were sorted, and never became images: the run ended before.
std::vector<RefusedInstance> refused_instances(const Run& run, std::size_t i) {
  const auto& sorted = run.sorted[i];
  const Problem why = run.stop ? Problem{Reason::interrupted, {}, "stopped by a signal"}
                               : Problem{Reason::internal_error, {}, "its image was not begun"};
  std::vector<RefusedInstance> refused;
  const auto leave = [&](const InstancePtr& instance) {
    refused.push_back({instance, why.reason, why.detail});
  };
  for (const auto& stack : sorted.stacks)
    for (const auto& frame : stack.frames) leave(frame.instance);
  const auto& label_files = run.label_files[i];
  if (sorted.stacks.empty() && sorted.refused.empty() && run.volumes[i].empty() &&
      run.left_out[i].empty())
    for (const auto& instance : run.series[i]->instances)
      if (std::ranges::find(label_files, instance, &LabelFile::instance) == label_files.end())
        leave(instance);
  for (const auto& file : label_files) {
    if (file.refused)
      refused.push_back({file.instance, file.refused->reason, file.refused->detail});
    else if (!file.is_done)
      leave(file.instance);
  }
  refused.insert(refused.end(), sorted.refused.begin(), sorted.refused.end());
  return refused;
}

std::vector<ImageEnd> image_ends(const Run& run, std::size_t i) {
  std::vector<ImageEnd> images;
  for (const auto& volume : run.volumes[i]) {
    const auto& result = volume->result();
    if (result)
      images.push_back({result->stack.get(), nullptr});
    else
      images.push_back({&volume->stack(), &result.problem()});
  }
  for (const auto& file : run.label_files[i])
    for (const auto& image : file.images) images.push_back({image.file.stack.get(), nullptr});
  return images;
}

}  // namespace

SeriesEnd end_of_series(const Run& run, std::size_t i) {
  auto end = conclude_series(*run.series[i], refused_instances(run, i), run.left_out[i],
                             image_ends(run, i));
  for (const auto& file : run.label_files[i])
    end.problems.insert(end.problems.end(), file.problems.begin(), file.problems.end());
  return end;
}

Status account_for_series(Run& run, std::size_t i) {
  auto end = end_of_series(run, i);
  run.summaries[i] = summarize_series(run.series[i], image_ends(run, i), end, run.format.extension);
  run.report.converted_files(end.converted);
  for (auto& problem : end.not_converted) run.report.not_converted(std::move(problem));
  for (auto& problem : end.problems) run.report.problem(std::move(problem));
  settle_candidates(run, i);
  return Done{};
}

void settle_candidates(Run& run, std::size_t i) {
  std::set<std::string_view> made;
  for (const auto& volume : run.volumes[i])
    if (volume->result()) made.insert(volume->stack().image_stem);
  for (auto& candidate : run.candidates[i]) {
    candidate.facts.converted = made.contains(candidate.facts.stem);
    candidate.left_out = std::ranges::find(run.left_out[i], candidate.facts.stem,
                                           &Stack::image_stem) != run.left_out[i].end();
  }
}

}  // namespace dcmflow
