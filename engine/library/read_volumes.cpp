#include <unistd.h>

#include <fstream>
#include <iterator>

#include "engine/library/dcmflow.h"
#include "engine/library/read_json.h"

namespace dcmflow {
inline namespace v1 {

Affine affine_lps(const Volume& volume) {
  Affine affine{};
  for (std::size_t row = 0; row < 3; ++row) {
    for (std::size_t axis = 0; axis < 3; ++axis)
      affine[row][axis] = volume.direction[axis][row] * volume.spacing[axis];
    affine[row][3] = volume.origin[row];
  }
  affine[3][3] = 1;
  return affine;
}

// Left and posterior are negative right and anterior.
Affine affine_ras(const Volume& volume) {
  auto affine = affine_lps(volume);
  for (std::size_t row = 0; row < 2; ++row)
    for (double& value : affine[row]) value = 0 - value;  // 0 stays 0
  return affine;
}

Answer<std::vector<Volume>> read_volumes(const std::string& output) {
  if (access((output + "/selected-images.json").c_str(), F_OK) != 0)
    return Failure{0,
                   output + ": no selected-images.json, so no run of dcmflow was completed there"};
  std::ifstream file(output + "/volumes.json", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open() || file.bad()) return Failure{0, output + "/volumes.json cannot be read"};
  return read_volumes_text(text, output);
}

}  // namespace v1
}  // namespace dcmflow
