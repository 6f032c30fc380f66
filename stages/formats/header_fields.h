#pragma once
// What the readers of image headers share: the fields of a header that is lines of text, the voxel
// types and the grid that its numbers tell. Input is hostile: whatever a header says is checked
// before it becomes a size. Pure; thread-safe.

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stages/base/result.h"
#include "stages/base/vector3.h"
#include "stages/dicom_types.h"
#include "stages/formats/sample_type.h"

namespace dcmflow {

// A Problem{malformed} of a file that its reader does not know by name: the subject is empty.
Problem malformed(const std::string& what);

// Numbers of a text, separated by spaces, commas and parentheses; nullopt when something is none.
std::optional<std::vector<double>> numbers_of(std::string_view text);

// Lines of `key`, `separator`, value up to `last` or an empty line.
using Fields = std::map<std::string, std::string, std::less<>>;
Fields fields_of(std::string_view text, std::string_view separator, std::string_view last);

// The numbers of a field, as many as there must be. Problem{malformed}: it is not there, or holds
// something else.
Result<std::vector<double>> field_numbers(const Fields& fields, std::string_view key,
                                          std::size_t count);

// A number of voxels, slices or volumes: whole, from 1 to what 32 bits hold.
bool is_count(double number);

// Steps along the axes (mm from one voxel to the next) → spacing and direction.
void set_steps(Grid& grid, const std::array<Vector3, 3>& steps);

// The type that a header's name or code of it stands for. Problem{malformed}: it is none of them.
template <class Name, std::size_t count>
Result<SampleType> sample_named(const std::array<std::pair<Name, SampleType>, count>& names,
                                const Name& name) {
  const auto found = std::ranges::find(names, name, &std::pair<Name, SampleType>::first);
  if (found == names.end()) return malformed("the header names no voxel type that is read");
  return found->second;
}

}  // namespace dcmflow
