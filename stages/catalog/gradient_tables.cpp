#include "stages/catalog/gradient_tables.h"

#include <array>
#include <charconv>

#include "stages/catalog/image_axes.h"

namespace dcmflow {
namespace {

void append_number(std::string& row, double number) {
  constexpr int digits_of_a_direction = 7;
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number + 0.0,
                                 std::chars_format::general, digits_of_a_direction);
  if (!row.empty()) row += ' ';
  row.append(digits.data(), end.ptr);
}

}  // namespace

std::string bval_text(const Stack& stack) {
  std::string row;
  for (const VolumeKey& key : stack.volume_keys) append_number(row, key.diffusion->b_value);
  return row + '\n';
}

std::string bvec_text(const Stack& stack) {
  std::array<std::string, 3> rows;
  for (const VolumeKey& key : stack.volume_keys) {
    auto along = in_image_axes(key.diffusion->direction.value_or(Vector3{}), stack.grid);
    along[0] = -along[0];
    for (std::size_t axis = 0; axis < 3; ++axis) append_number(rows[axis], along[axis]);
  }
  return rows[0] + '\n' + rows[1] + '\n' + rows[2] + '\n';
}

}  // namespace dcmflow
