#include "engine/sync_output.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>

#include "engine/attempt_notes.h"
#include "stages/base/output_file.h"
#include "stages/base/output_place.h"
#include "stages/base/printable.h"

namespace dcmflow {

std::vector<VolumePtr> made_images(const Run& run) {
  std::vector<VolumePtr> images;
  for (std::size_t i = 0; i < run.volumes.size(); ++i)
    std::ranges::copy_if(run.volumes[i], std::back_inserter(images),
                         [](const auto& volume) { return volume->result().ok(); });
  return images;
}

void remove_image(const std::string& folder, const ImageFile& image) {
  for (std::size_t i = 0; i < image.file_names.size(); ++i) {
    const auto& name = image.file_names[i];
    if (!is_as_written(folder, name, image.file_bytes[i], image.modified_ns[i])) continue;
    if (const auto gone = remove_output(folder, name); !gone)
      spdlog::error("{}", printable(gone.problem().detail));
  }
}

Status sync_image(Run& run, VolumeJob& image) {
  run.progress.add(1);
  const ImageFile written = *image.result();
  for (std::size_t i = 0; i < written.file_names.size(); ++i) {
    const auto path = run.output.folder().path + '/' + written.file_names[i];
    const auto& name = written.file_names[i];
    const bool is_synced = run.notes != nullptr && run.notes->has_synced(name);
    auto synced = check_output(path, name, written.file_bytes[i],
                               run.settings.sync && !run.stop && !is_synced);
    if (synced) continue;
    image.lose(synced.problem());
    remove_image(run.output.folder().path, written);
    return synced;
  }
  return Done{};
}

}  // namespace dcmflow
