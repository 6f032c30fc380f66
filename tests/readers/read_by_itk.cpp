// What ITK makes of an image: its affine (RAS) and its voxels, as a JSON object a line.
// usage: read_by_itk FILE...

#include <cstddef>
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>

#include "tests/support/image_reader.h"

int main(int argc, char** argv) {
  try {
    for (int i = 1; i < argc; ++i) {
      const auto image = dcmflow::read_image(argv[i]);
      auto affine = nlohmann::json::array();
      for (std::size_t row = 0; row < 3; ++row) {
        const double sign = row < 2 ? -1 : 1;  // ITK has LPS
        auto line = nlohmann::json::array();
        for (std::size_t axis = 0; axis < 3; ++axis)
          line.push_back(sign * image.direction[axis][row] * image.spacing[axis]);
        line.push_back(sign * image.origin[row]);
        affine.push_back(line);
      }
      std::puts(nlohmann::json{{"affine", affine}, {"voxels", image.voxels}}.dump().c_str());
    }
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "read_by_itk: %s\n", error.what());
    return 1;
  }
}
