#include "engine/sync_output.h"

#include <algorithm>
#include <iterator>

#include "stages/base/output_file.h"

namespace dcmflow {

std::vector<VolumePtr> made_images(const Run& run) {
  std::vector<VolumePtr> images;
  for (std::size_t i = 0; i < run.volumes.size(); ++i)
    std::ranges::copy_if(run.volumes[i], std::back_inserter(images),
                         [](const auto& volume) { return volume->result().ok(); });
  return images;
}

Status sync_image(Run& run, VolumeJob& image) {
  run.progress.add(1);
  const ImageFile written = *image.result();
  for (std::size_t i = 0; i < written.file_names.size(); ++i) {
    const auto path = run.output.folder().path + '/' + written.file_names[i];
    auto synced = check_output(path, written.file_names[i], written.file_bytes[i],
                               run.settings.sync && !run.stop);
    if (synced) continue;
    image.lose(synced.problem());
    return synced;
  }
  return Done{};
}

}  // namespace dcmflow
