#pragma once
// Series of several volumes, and in which order their frames come out.

#include "stages/dicom/attributes.h"
#include "tests/stages/sorting/sorting_scene.h"

namespace dcmflow {

using Edit = std::function<void(unsigned volume, unsigned slice, DicomBuilder&)>;

class Volumes : public SortingScene {
 protected:
  static constexpr unsigned slices = 4;

  // Volumes of different pixels in one series; Instance Numbers are all the same unless `edit`
  // gives others. `left_out` slices are not written.
  void write_volumes(unsigned volumes, const Edit& edit,
                     const std::set<std::pair<unsigned, unsigned>>& left_out = {}) {
    for (unsigned v = 0; v < volumes; ++v) {
      const auto first = paths.size();
      write({.modality = "MR",
             .slices = slices,
             .rescale_intercept = 10.0 * (v + 1),
             .seed = 0,
             .edit = [&edit, v](unsigned k, DicomBuilder& file) {
               file.set("InstanceNumber", "1").set("ImageComments", name(v, k));
               edit(v, k, file);
             }});
      for (unsigned k = slices; k-- > 0;)
        if (left_out.contains({v, k}))
          paths.erase(paths.begin() + static_cast<std::ptrdiff_t>(first + k));
    }
  }

  static std::string name(unsigned volume, unsigned slice) {
    return std::to_string(volume) + '/' + std::to_string(slice);
  }

  // The frames of a stack as "volume/slice" of what was written.
  static std::vector<std::string> frames(const Stack& stack) {
    std::vector<std::string> names;
    for (const auto& frame : stack.frames)
      names.emplace_back(frame.find(attribute_index(0x00204000)).value_or("?"));
    return names;
  }

  static std::vector<std::string> in_order(const std::vector<unsigned>& volumes) {
    std::vector<std::string> names;
    for (const auto v : volumes)
      for (unsigned k = 0; k < slices; ++k) names.push_back(name(v, k));
    return names;
  }
};

inline Edit set_by_volume(const std::string& keyword, const std::vector<std::string>& values) {
  return [=](unsigned v, unsigned, DicomBuilder& file) { file.set(keyword, values[v]); };
}

inline Edit both(const Edit& a, const Edit& b) {
  return [=](unsigned v, unsigned k, DicomBuilder& file) {
    a(v, k, file);
    b(v, k, file);
  };
}

// Slices are acquired one after the other, so no time is that of a volume.
inline Edit jittered(const std::string& keyword) {
  return [=](unsigned v, unsigned k, DicomBuilder& file) {
    file.set(keyword, "1200" + std::to_string(40 - 10 * v + k));
  };
}

inline Edit numbered_in_blocks() {
  return [](unsigned v, unsigned k, DicomBuilder& file) {
    file.set("InstanceNumber", std::to_string(100 + 7 * (2 - v) * 4 + k));
  };
}

}  // namespace dcmflow
