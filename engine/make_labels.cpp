#include "engine/make_labels.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "engine/paint_labels.h"
#include "engine/step.h"
#include "stages/base/counted.h"
#include "stages/base/output_folder.h"
#include "stages/base/printable.h"
#include "stages/dicom/same_bytes.h"
#include "stages/labels/read_labels.h"
#include "stages/labels/structure_set.h"

namespace dcmflow {
namespace {

// The grids that labels can lie on, in the order of series and images.
std::vector<KnownImage> known_images(const Run& run) {
  std::vector<KnownImage> images;
  for (std::size_t i = 0; i < run.series.size(); ++i) {
    for (const auto& volume : run.volumes[i]) {
      const auto& result = volume->result();
      images.push_back(result ? KnownImage{result->stack.get(), result->name}
                              : KnownImage{&volume->stack(), {}});
    }
    for (const Stack& stack : run.left_out[i]) images.push_back({&stack, {}});
  }
  return images;
}

class MakeLabels {
 public:
  MakeLabels(Run& run, WorkerThreads& threads)
      : run_(run), threads_(threads), images_(known_images(run)), find_(images_) {
    for (const auto& image : images_) taken_.insert(image.stack->image_stem);
  }

  // What it lacks at the end is told in `file`.
  void make(std::size_t i, LabelFile& file, StepCounters& counters) {
    const auto made = call_step(counters, [&] { return make_images(i, file); });
    if (made || made.problem().reason != Reason::interrupted) file.is_done = true;
    if (made) return;
    if (file.is_done) {
      file.refused = made.problem();
      file.refused->subject = file.instance->file->name;
    }
    // What it has already is not all of it.
    for (const auto& image : std::exchange(file.images, {}))
      for (const auto& name : image.file.file_names)
        static_cast<void>(remove_output(run_.output.folder().path, name));
    file.problems.clear();
  }

 private:
  Status make_images(std::size_t i, LabelFile& file) {
    const auto& series = run_.series[i];
    const auto& shared = *file.instance->shared;
    const auto bytes = is_label(shared)
                           ? std::uint64_t{0}
                           : contour_memory(file.instance->file->size, shared.encoding.deflated);
    const LabelScene scene{find_, run_.series, run_.settings.tolerances};
    auto labels = read_labels(series, file.instance, scene, std::min(bytes, run_.largest_work));
    if (!labels) return labels.problem();
    auto planned = plan(*labels, series->series_instance_uid);
    if (!planned) return planned.problem();
    for (auto& problem : labels->problems) tell(file, *series, std::move(problem));
    const auto budget = run_.settings.memory_budget;
    return PaintLabels(run_, threads_, *labels, budget - std::min(budget, bytes))
        .paint(*planned, file);
  }

  // Of several instances of a series, and where others have the names, the second is _i2.
  Result<std::vector<PlannedLabels>> plan(const LabelSet& labels, const std::string& uid) {
    for (std::size_t n = 1;; ++n) {
      auto planned = plan_label_images(labels, run_.settings.label_style,
                                       n == 1 ? uid : uid + "_i" + std::to_string(n));
      if (!planned) return planned;
      const bool is_taken = std::ranges::any_of(*planned, [&](const PlannedLabels& image) {
        return taken_.contains(image.stack->image_stem);
      });
      if (is_taken) continue;
      for (const auto& image : *planned) taken_.insert(image.stack->image_stem);
      return planned;
    }
  }

  static void tell(LabelFile& file, const Series& series, Problem problem) {
    problem.subject = series.series_instance_uid;
    problem.detail = printable(file.instance->file->name) + ": " + problem.detail;
    file.problems.push_back(std::move(problem));
  }

  Run& run_;
  WorkerThreads& threads_;
  const std::vector<KnownImage> images_;
  const FindImage find_;
  std::set<std::string, std::less<>> taken_;  // stems
};

// Of files of one SOP Instance UID one is enough where all are the same; else none is believed.
void refuse_repeats(std::vector<LabelFile>& files) {
  for (std::size_t first = 0, end = 0; first < files.size(); first = end) {
    const auto uid = files[first].instance->sop_instance_uid();
    for (end = first + 1;
         end < files.size() && !uid.empty() && files[end].instance->sop_instance_uid() == uid;)
      ++end;
    const auto& kept = *files[first].instance->file;
    bool are_same = true;
    for (auto n = first + 1; n < end; ++n)
      are_same = are_same && same_bytes(files[first].instance->file, files[n].instance->file);
    for (auto n = are_same ? first + 1 : first; n < end && end - first > 1; ++n)
      files[n].refused =
          Problem{are_same ? Reason::duplicate_identical : Reason::duplicate_conflict,
                  files[n].instance->file->name,
                  are_same ? "the same as " + printable(kept.name)
                           : counted(end - first, "file") + " of one SOP Instance UID differ"};
  }
}

}  // namespace

SeriesPtr take_label_files(Run& run, std::size_t i) {
  const auto& series = run.series[i];
  const auto has_labels = [](const InstancePtr& one) { return holds_labels(*one->shared); };
  if (std::ranges::none_of(series->instances, has_labels)) return series;
  auto rest = std::make_shared<Series>(*series);
  rest->instances.clear();
  for (const auto& instance : series->instances)
    if (has_labels(instance))
      run.label_files[i].push_back({.instance = instance});
    else
      rest->instances.push_back(instance);
  if (rest->instances.empty()) return nullptr;
  return rest;
}

void make_labels(Run& run, WorkerThreads& threads) {
  if (!run.settings.labels || run.leaves_earlier_results || run.stop) return;
  std::size_t count = 0;
  for (const auto& files : run.label_files) count += files.size();
  const RunPhase phase(run, "make_labels", "files", count);
  if (count == 0) return;
  auto& counters = run.report.step("make_labels");
  MakeLabels make(run, threads);
  for (std::size_t i = 0; i < run.label_files.size(); ++i) {
    refuse_repeats(run.label_files[i]);
    for (auto& file : run.label_files[i]) {
      if (run.stop) return;
      if (!file.refused) make.make(i, file, counters);
      if (file.refused) file.is_done = true;
      run.progress.add(1);
    }
  }
}

std::vector<const LabelImage*> made_labels(const Run& run) {
  std::vector<const LabelImage*> images;
  for (const auto& files : run.label_files)
    for (const auto& file : files)
      for (const auto& image : file.images) images.push_back(&image);
  std::ranges::sort(images, {}, [](const LabelImage* image) { return image->file.name; });
  return images;
}

std::map<std::string, std::uint64_t> label_file_bytes(const Run& run) {
  std::map<std::string, std::uint64_t> bytes;
  for (const auto* image : made_labels(run))
    for (std::size_t n = 0; n < image->file.file_names.size(); ++n)
      bytes.emplace(image->file.file_names[n], image->file.file_bytes[n]);
  return bytes;
}

}  // namespace dcmflow
