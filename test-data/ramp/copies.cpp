// The changes that make more files of a scene, or fewer.

#include <algorithm>
#include <cmath>
#include <set>

#include "test-data/ramp/changes.h"
#include "test-data/ramp/multi_frame.h"

namespace dcmflow::cases {
namespace {

// Of volumes and images; no multiple of a gap.
constexpr double offset_step = 37;

unsigned highest_number(const Scene& scene) {
  unsigned highest = 0;
  for (const File& file : scene.files) highest = std::max(highest, file.number);
  return highest;
}

}  // namespace

Change second_image(FileChange alter) {
  return [alter = std::move(alter)](Scene& scene) {
    const unsigned first = highest_number(scene);
    auto more = scene.files;
    for (unsigned k = 0; k < more.size(); ++k) {
      more[k].number += first;
      for (Frame& frame : more[k].frames) {
        frame.image = 1;
        frame.offset += offset_step;
      }
      alter(more[k], k);
    }
    scene.files.insert(scene.files.end(), more.begin(), more.end());
    name_instances(scene);
  };
}

Change repeat(unsigned volumes, std::function<void(File&, unsigned)> alter) {
  return [volumes, alter = std::move(alter)](Scene& scene) {
    std::vector<File> files;
    for (unsigned v = 0; v < volumes; ++v)
      for (File file : scene.files) {
        // Position by position: Instance Numbers alone make no blocks of volumes.
        file.number = (file.number - 1) * volumes + v + 1;
        for (Frame& frame : file.frames) {
          frame.volume = v;
          frame.offset += offset_step * v;
        }
        alter(file, v);
        files.push_back(std::move(file));
      }
    scene.files = std::move(files);
    name_instances(scene);
  };
}

Change once_more(unsigned k, const std::function<void(File&)>& alter, const std::string& reason) {
  return [=](Scene& scene) {
    File again = scene.files.at(k);
    for (Frame& frame : again.frames) frame.image = no_image;
    again.refused = reason;
    alter(again);
    scene.files.push_back(std::move(again));
  };
}

Change only_whole_volumes() {
  return [](Scene& scene) {
    std::set<unsigned> broken;
    for (const File& file : scene.files)
      if (!file.is_written) broken.insert(file.frames[0].volume);
    for (File& file : scene.files)
      for (Frame& frame : file.frames)
        if (broken.contains(frame.volume)) frame.image = no_image;
    scene.facts[0].verdict = "partial";
  };
}

Change multi_frame(Describe describe, unsigned parts) {
  return [=](Scene& scene) {
    const std::size_t each_part = (scene.files.size() + parts - 1) / parts;
    std::vector<File> files;
    for (std::size_t k = 0; k < scene.files.size(); ++k) {
      if (k % each_part != 0) {
        const auto& frames = scene.files[k].frames;
        files.back().frames.insert(files.back().frames.end(), frames.begin(), frames.end());
        continue;
      }
      files.push_back(scene.files[k]);
      files.back().describe = describe;
      files.back().number = static_cast<unsigned>(files.size());
    }
    scene.files = std::move(files);
    name_instances(scene);
  };
}

Change only_slices(std::vector<unsigned> files) {
  return [files = std::move(files)](Scene& scene) {
    std::vector<File> left;
    for (const unsigned k : files) left.push_back(scene.files.at(k));
    scene.files = std::move(left);
  };
}

Change set_each_frame(std::string path, std::function<std::string(const Frame&)> text) {
  return [path = std::move(path), text = std::move(text)](Scene& scene) {
    for (File& file : scene.files)
      for (std::size_t f = 0; f < file.frames.size(); ++f)
        file.attributes.push_back({per_frame(f) + "." + path, text(file.frames[f])});
  };
}

Change mosaic() {
  return [](Scene& scene) {
    std::vector<File> files;
    for (const File& file : scene.files)
      if (!files.empty() && files.back().frames[0].volume == file.frames[0].volume)
        files.back().frames.push_back(file.frames[0]);
      else
        files.push_back(file);
    for (unsigned k = 0; k < files.size(); ++k) {
      files[k].describe = siemens_mosaic;
      files[k].tiles_across = static_cast<unsigned>(std::ceil(std::sqrt(files[k].frames.size())));
      files[k].number = k + 1;
    }
    scene.files = std::move(files);
    name_instances(scene);
  };
}

}  // namespace dcmflow::cases
