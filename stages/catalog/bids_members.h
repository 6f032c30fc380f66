#pragma once
// What the sidecars of a BIDS data set say that no header of the image does: what its selection
// tells of it, and which field map belongs to which images. Pure; no Problems.

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stages/dicom_types.h"

namespace dcmflow {

// Members of a JSON object: key, JSON.
using BidsMembers = std::vector<std::pair<std::string, std::string>>;

// By the stem of each image of a data set that has any: the "sidecar" of its rule, TaskName, and of
// field maps and the images that they are for B0FieldIdentifier, B0FieldSource and IntendedFor
// (paths below the participant's folder), and of a difference of phases EchoTime1 and EchoTime2 as
// the magnitudes beside it have them. Field maps of one session, rule group ("b0_field") and
// acq- belong together from one image on until a name comes again; those with less than the most
// images are for none. An image is for the last complete one before it, else the first.
// `extension`: of all images.
std::map<std::string, BidsMembers, std::less<>> bids_members(std::span<const Stack* const> images,
                                                             std::string_view extension);

// `sidecar`, an object that JsonWriter wrote, with those of the members behind its own that it does
// not have: what a header says stays.
std::string with_members(std::string sidecar, const BidsMembers& members);

}  // namespace dcmflow
