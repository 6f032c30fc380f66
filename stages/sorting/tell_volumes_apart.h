#pragma once
// Positions that repeat → which volume each frame is of, by the best that says it. No Problems.

#include <string>
#include <variant>

#include "stages/sorting/labels.h"
#include "stages/sorting/positions.h"
#include "stages/sorting/volume_keys.h"

namespace dcmflow {

// A way to tell volumes apart.
struct VolumeSplit {
  Labels labels;
  ToldApartBy by;
  bool guessed = false;   // nothing but an order says it
  bool is_order = false;  // the same, or numbers that count the volumes of each position
};

// The ways to tell volumes apart, from what says it to what may mean it, in the order that
// find_volumes.h tells. Frames of different contrasts are never of one volume, whatever counts
// them. Where nothing tells: what the frames say, in words that follow a refusal. REQUIRES: a
// position has more than one frame. Pure.
std::variant<VolumeSplit, std::string> tell_volumes_apart(const Positions& positions);

}  // namespace dcmflow
