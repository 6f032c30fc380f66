#pragma once
// What prepared images can be asked to be, as options and the file of --prepare say it. Pure;
// thread-safe.

#include <optional>
#include <span>
#include <string_view>

#include "stages/base/result.h"
#include "stages/prepare/prepare_options.h"

namespace dcmflow {

// Of images, and of labels; what `first_label_word` counts from.
inline constexpr std::span<const std::string_view> image_words(interpolation_names.data(), 3);
inline constexpr std::span<const std::string_view> label_words(interpolation_names.data() + 2, 2);
inline constexpr std::size_t first_label_word = 2;

inline constexpr const char* orient_expected =
    "three letters, one each of L and R, P and A, S and I, as RAS or LPS: where the axes go to";
inline constexpr const char* spacing_expected =
    "one or three distances in mm along the axes, as 1 or 1,1,2.5; 0 keeps that of an axis";
inline constexpr const char* counts_expected =
    "one or three numbers of voxels along the axes, as 256 or 256,256,128; 0 keeps that of an axis";

// Of three numbers, all finite: distances from 0 to 100,000, not all 0; and whole numbers of the
// same range.
bool is_spacing(const Vector3& numbers);
std::optional<VoxelCounts> voxel_counts(const Vector3& numbers);

// The JSON of --prepare. Problem{bad_settings} with line and column.
Result<PrepareOptions> parse_prepare_file(std::string_view text, std::string_view source);

}  // namespace dcmflow
