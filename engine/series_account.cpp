#include "engine/series_account.h"

#include <algorithm>
#include <span>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "stages/base/printable.h"

namespace dcmflow {
namespace {

class Accountant {
 public:
  Accountant(const Series& series, std::span<const VolumePtr> volumes) : series_(series) {
    for (const auto& volume : volumes)
      if (volume->result())
        for (const auto& frame : volume->stack().frames) converted_.push_back(frame.instance.get());
    std::ranges::sort(converted_);
    converted_.erase(std::unique(converted_.begin(), converted_.end()), converted_.end());
  }

  SeriesAccount take() {
    account_.converted = converted_.size();
    return std::move(account_);
  }

  void not_converted(const Instance& instance, Reason reason, std::string detail) {
    if (instance.pixel_data.number_of_frames > 1 && !told_.insert(&instance).second) return;
    if (std::ranges::binary_search(converted_, &instance))
      account_.problems.push_back(
          {reason, series_.series_instance_uid,
           "some frames of " + printable(instance.file->name) + ": " + detail});
    else
      account_.not_converted.push_back({reason, instance.file->name, std::move(detail)});
  }

  void failed(const Stack& stack, const Problem& problem) {
    account_.problems.push_back({problem.reason, stack.image_stem, problem.detail});
    // The file that broke keeps its reason; the others of the stack would leave a gap where it was.
    const bool of_one_file = !problem.subject.empty() &&
                             problem.reason != Reason::output_not_writable &&
                             problem.reason != Reason::disk_full;
    for (const auto& frame : stack.frames) {
      if (!of_one_file || frame.instance->file->name == problem.subject)
        not_converted(*frame.instance, problem.reason, problem.detail);
      else
        not_converted(*frame.instance, Reason::missing_slices,
                      "a slice of its image is missing: " + printable(problem.subject));
    }
  }

 private:
  const Series& series_;
  SeriesAccount account_;
  std::vector<const Instance*> converted_;    // sorted
  std::unordered_set<const Instance*> told_;  // of several frames
};

}  // namespace

SeriesAccount account_for_series(const Run& run, std::size_t i) {
  Accountant account(*run.series[i], run.volumes[i]);
  const auto interrupted = [&](const InstancePtr& instance) {
    account.not_converted(*instance, Reason::interrupted, "stopped by a signal");
  };
  // Stacks that are left here were sorted when the signal came, and never became images.
  for (const auto& stack : run.sorted[i].stacks)
    for (const auto& frame : stack.frames) interrupted(frame.instance);
  if (run.sorted[i].stacks.empty() && run.sorted[i].refused.empty() && run.volumes[i].empty() &&
      run.left_out[i].empty())
    std::ranges::for_each(run.series[i]->instances, interrupted);
  for (const auto& refused : run.sorted[i].refused)
    account.not_converted(*refused.instance, refused.reason, refused.detail);
  for (const Stack& stack : run.left_out[i])
    for (const Frame& frame : stack.frames)
      account.not_converted(*frame.instance, Reason::not_selected, {});
  for (const auto& volume : run.volumes[i])
    if (!volume->result()) account.failed(volume->stack(), volume->result().problem());
  return account.take();
}

}  // namespace dcmflow
