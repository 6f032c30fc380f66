#pragma once
// What of an image is not simply what its files say, so that nothing is repaired in silence. Pure;
// no Problems of its own.

#include <cstdint>
#include <string_view>
#include <vector>

#include "stages/dicom_types.h"

namespace dcmflow {

// From the best to the worst. noted: as the files say, but they leave a doubt that a flag tells;
// repaired: voxels or grid were made from what the files say; partial: files that belong to it are
// not in it; untrue: its grid is not where the slices lie, as it was asked for.
enum class Soundness : std::uint8_t { sound, noted, repaired, partial, untrue };

// "ok", "noted", "repaired", "partial", "untrue"
std::string_view soundness_word(Soundness soundness);

Soundness soundness_of(const Stack& stack);

// One for each thing that was repaired or left out, of severity `repaired`; the subject is the
// image. Both in the order of the table of repairs.
std::vector<Problem> tell_repairs(const Stack& stack);

}  // namespace dcmflow
