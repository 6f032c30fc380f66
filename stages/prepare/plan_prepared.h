#pragma once
// Images of a run → which are prepared, how, and under which names. Pure; thread-safe.

#include <set>
#include <span>
#include <string>
#include <vector>

#include "stages/formats/formats.h"
#include "stages/prepare/prepared_image.h"

namespace dcmflow {

// A selection of the rules: with an arrangement a channel.
struct ChannelRule {
  std::string name;
  bool is_required = false;
};

// `chosen` in any order; `channels` in that of the rules, and none without rules; `format` of the
// run; `taken`: the stems of all images of the run. Problems (in the plan; the subject is a Series
// Instance UID, or of a case that of its study): not_prepared: colour, voxels as stored, a grid
// that is sheared, not placed or not true; a size
//   that is none; the name of another image;
// no_reference: the study has no image of options.align_to, or several, or it cannot be prepared
//   itself, or the image lies in another Frame of Reference (PS3.3 C.7.4.1), or says none;
// channel_missing: a case lacks a channel, has several images of one, a 4-D one, or channels on
//   several grids.
PreparedPlan plan_prepared(std::vector<ChosenImage> chosen, std::span<const ChannelRule> channels,
                           const PrepareOptions& options, const ImageFormat& format,
                           const std::set<std::string>& taken);

}  // namespace dcmflow
