#include "stages/conclude_series.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <unordered_set>
#include <utility>

#include "stages/base/printable.h"
#include "stages/sorting/tell_repairs.h"

namespace dcmflow {
namespace {

class SeriesAccount {
 public:
  SeriesAccount(const Series& series, std::span<const ImageEnd> images) : series_(series) {
    for (const auto& image : images)
      if (!image.problem)
        for (const auto& frame : image.stack->frames) converted_.push_back(frame.instance.get());
    std::ranges::sort(converted_);
    converted_.erase(std::unique(converted_.begin(), converted_.end()), converted_.end());
    end_.converted = converted_.size();
  }

  void not_converted(const Instance& instance, Reason reason, std::string detail) {
    if (instance.pixel_data.number_of_frames > 1 && !told_.insert(&instance).second) return;
    if (std::ranges::binary_search(converted_, &instance))
      end_.problems.push_back({reason, series_.series_instance_uid,
                               "some frames of " + printable(instance.file->name) + ": " + detail});
    else
      end_.not_converted.push_back({reason, instance.file->name, std::move(detail)});
  }

  void failed(const Stack& stack, const Problem& problem) {
    end_.problems.push_back({problem.reason, stack.image_stem, problem.detail});
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

  void repaired(const Stack& stack) {
    std::ranges::move(tell_repairs(stack), std::back_inserter(end_.problems));
  }

  SeriesEnd take() { return std::move(end_); }

 private:
  const Series& series_;
  std::vector<const Instance*> converted_;    // sorted
  std::unordered_set<const Instance*> told_;  // of several frames
  SeriesEnd end_;
};

}  // namespace

SeriesEnd conclude_series(const Series& series, std::span<const RefusedInstance> refused,
                          std::span<const Stack> left_out, std::span<const ImageEnd> images) {
  SeriesAccount account(series, images);
  for (const auto& one : refused) account.not_converted(*one.instance, one.reason, one.detail);
  for (const auto& stack : left_out)
    for (const auto& frame : stack.frames)
      account.not_converted(*frame.instance, Reason::not_selected, {});
  for (const auto& image : images)
    if (image.problem)
      account.failed(*image.stack, *image.problem);
    else
      account.repaired(*image.stack);
  return account.take();
}

}  // namespace dcmflow
