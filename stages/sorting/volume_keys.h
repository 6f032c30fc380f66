#pragma once
// What a series of volumes runs over, and what tells each volume from the others. Times in s. Pure;
// no Problems.

#include <span>
#include <string>
#include <vector>

#include "stages/dicom_types.h"
#include "stages/sorting/contrast_attributes.h"
#include "stages/sorting/dimension_keys.h"

namespace dcmflow {

// What the volumes were told apart by: a key, two, a contrast, or none when it was their Instance
// Numbers.
struct ToldApartBy {
  const DimensionKey* key = nullptr;
  const DimensionKey* inner = nullptr;
  const ContrastAttribute* contrast = nullptr;
};

// What one volume says of it, as text. REQUIRES: it has a frame.
std::string volume_value(const ToldApartBy& by, std::span<const Frame> volume);

struct VolumeSeries {
  std::string dimension;        // "time", "diffusion", "cardiac_phase", "acquisition" or, when
                                // nothing else is known, "instance_number"
  std::vector<VolumeKey> keys;  // one for each volume
};

// `frames`: volume after volume, each of the same number. REQUIRES: a volume, and a frame in it.
// Volumes with different diffusion weightings run over these, whatever told them apart. Times are
// those that the frames say, else follow from Temporal Resolution or Repetition Time where the
// header counts temporal positions.
VolumeSeries describe_volumes(std::span<const Frame> frames, std::uint32_t volumes,
                              const ToldApartBy& by);

}  // namespace dcmflow
