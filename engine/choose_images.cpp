#include "engine/choose_images.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "stages/base/output_place.h"
#include "stages/select_series.h"

namespace dcmflow {
namespace {

// Images that failed can be kept no longer, those that wait can.
void note_failures(Run& run, std::size_t i) {
  std::set<std::string_view> possible;
  for (const auto* stacks : {&run.sorted[i].stacks, &run.left_out[i]})
    for (const Stack& stack : *stacks) possible.insert(stack.image_stem);
  for (const VolumePtr& volume : run.volumes[i])
    if (volume->result()) possible.insert(volume->stack().image_stem);
  for (Candidate& candidate : run.candidates[i])
    candidate.facts.converted = possible.contains(candidate.facts.stem);
}

// What an earlier run made of the same files by the same plan, and lies there as it was written.
void take_earlier(const Run& run, VolumeJob& volume) {
  if (!run.earlier) return;
  const auto name = volume.stack().image_stem + std::string(run.format.extension);
  const auto* const image = run.earlier->find_image(name, volume.fingerprint());
  if (!image) return;
  const auto& file = image->file;
  for (std::size_t i = 0; i < file.file_names.size(); ++i)
    if (!is_as_written(run.output.folder().path, file.file_names[i], file.file_bytes[i],
                       file.modified_ns[i]))
      return;
  volume.take(*image, run.earlier->run_of(name));
}

}  // namespace

std::set<std::string_view> find_kept(const Run& run) {
  std::set<std::string_view> kept;
  const auto selected = collect_selections(run.candidates, run.rules);
  for (const auto& selection : selected.selections)
    for (const auto [series, image] : selection.images)
      kept.insert(run.candidates[series][image].facts.stem);
  return kept;
}

std::vector<VolumePtr> choose_images(Run& run) {
  const bool with_sha256 = run.settings.sha256 == Sha256Of::all ||
                           (run.settings.sha256 == Sha256Of::compressed && run.format.gzip);
  for (std::size_t i = 0; i < run.series.size(); ++i) note_failures(run, i);
  const bool all = run.settings.images == ImagesToWrite::all;
  // Of a run over too many series shards have tried what is chosen of all.
  const bool tried_alone = !all && run.done;
  const auto kept = all || tried_alone ? std::set<std::string_view>() : find_kept(run);
  const auto is_chosen = [&](const Stack& stack) {
    return all ||
           (tried_alone ? run.made->has_tried(stack.image_stem) : kept.contains(stack.image_stem));
  };
  std::vector<VolumePtr> chosen;
  auto folder = run.output.folder();
  folder.is_given_up = [&stop = run.stop] { return stop != 0; };
  for (std::size_t i = 0; i < run.series.size(); ++i) {
    auto stacks = std::exchange(run.sorted[i].stacks, {});
    std::ranges::move(std::exchange(run.left_out[i], {}), std::back_inserter(stacks));
    for (Stack& stack : stacks) {
      if (!is_chosen(stack)) {
        run.left_out[i].push_back(std::move(stack));
        continue;
      }
      chosen.push_back(std::make_shared<VolumeJob>(std::make_shared<const Stack>(std::move(stack)),
                                                   run.format, folder, with_sha256));
      take_earlier(run, *chosen.back());
      run.volumes[i].push_back(chosen.back());
    }
  }
  return chosen;
}

void test_again(Run& run, std::size_t i) {
  std::vector<Stack> images;
  for (const VolumePtr& volume : run.volumes[i])
    images.push_back(volume->result() ? *volume->result()->stack : volume->stack());
  images.insert(images.end(), run.left_out[i].begin(), run.left_out[i].end());
  for (Candidate& candidate : run.candidates[i]) {
    const auto image = std::ranges::find(images, candidate.facts.stem, &Stack::image_stem);
    if (image == images.end()) continue;
    auto facts = find_facts(run.series[i], &*image, images, run.settings.format.value,
                            run.settings.tolerances);
    const std::size_t place = candidate.image;
    candidate = select_image(std::move(facts), image->frames, run.rules, run.table);
    candidate.image = place;
  }
}

}  // namespace dcmflow
