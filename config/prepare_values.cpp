#include "config/prepare_values.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "config/choices.h"
#include "stages/base/json_members.h"
#include "stages/base/positioned_json.h"
#include "stages/prepare/target_grid.h"

namespace dcmflow {
namespace {

constexpr double most_voxels = 100'000, most_spacing = 100'000;

// A member of the file that is a number or three of them.
std::optional<Vector3> read_numbers(const JsonValue& root, JsonMembers& members, const char* key) {
  const auto* const value = root.find(key);
  if (value == nullptr) return std::nullopt;
  if (value->is(JsonValue::Type::array)) return members.numbers<3>(key);
  const double one = members.number(key);
  return Vector3{one, one, one};
}

template <class Choice>
void read_word(JsonMembers& members, const char* key, std::span<const std::string_view> words,
               std::size_t first, Choice& choice) {
  if (!members.has(key)) return;
  const auto word = members.text(key);
  const auto found = std::ranges::find(words, word);
  if (found == words.end())
    return members.fail(key, "is '" + word + "', expected " + one_of(words));
  choice = static_cast<Choice>(first + static_cast<std::size_t>(found - words.begin()));
}

}  // namespace

bool is_spacing(const Vector3& numbers) {
  return std::ranges::all_of(numbers,
                             [](double number) { return number >= 0 && number <= most_spacing; }) &&
         numbers != Vector3{};
}

std::optional<VoxelCounts> voxel_counts(const Vector3& numbers) {
  VoxelCounts counts{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double number = numbers[axis];
    if (!(number >= 0 && number <= most_voxels && number == std::floor(number)))
      return std::nullopt;
    counts[axis] = static_cast<std::uint32_t>(number);
  }
  return counts == VoxelCounts{} ? std::nullopt : std::optional(counts);
}

Result<PrepareOptions> parse_prepare_file(std::string_view text, std::string_view source) {
  constexpr std::array<std::string_view, 8> keys{
      "orient", "spacing", "align_to", "interpolation", "label_interpolation",
      "crop",   "pad",     "arrange"};
  const auto root = parse_positioned_json(text, source, Reason::bad_settings);
  if (!root) return root.problem();
  if (!root->is(JsonValue::Type::object))
    return Problem{
        Reason::bad_settings, std::string(source),
        "found " + std::string(type_name(*root)) + ", expected an object with " + one_of(keys)};
  JsonMembers members(*root, source, Reason::bad_settings);
  members.allow(keys);
  PrepareOptions options;
  auto& changes = options.changes;
  changes.orient = members.text_or_none("orient");
  if (!changes.orient.empty() && !is_orientation(changes.orient))
    members.fail("orient", "is '" + changes.orient + "', expected " + orient_expected);
  changes.spacing = read_numbers(*root, members, "spacing");
  if (changes.spacing && !is_spacing(*changes.spacing))
    members.fail("spacing", std::string("is none, expected ") + spacing_expected);
  for (const auto& [key, counts] : {std::pair{"crop", &changes.crop}, {"pad", &changes.pad}})
    if (const auto numbers = read_numbers(*root, members, key)) {
      *counts = voxel_counts(*numbers);
      if (!*counts) members.fail(key, std::string("is no size, expected ") + counts_expected);
    }
  options.align_to = members.text_or_none("align_to");
  read_word(members, "interpolation", image_words, 0, options.interpolation);
  read_word(members, "label_interpolation", label_words, first_label_word,
            options.label_interpolation);
  read_word(members, "arrange", arrangement_names, 0, options.arrange);
  if (members.fault()) return *members.fault();
  return options;
}

}  // namespace dcmflow
