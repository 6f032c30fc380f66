#pragma once
// Whose an image of a BIDS data set is, and of which session. Pure; no Problems.

#include <span>
#include <vector>

#include "stages/dicom_types.h"
#include "stages/naming/participants.h"
#include "stages/selection/bids_rule.h"

namespace dcmflow {

struct PlacedImage {
  const Stack* stack = nullptr;
  BidsImage* image = nullptr;
};

// Fills subject and session of all images of a run: of the row of `participants` that fits, else a
// digest of Patient ID and its issuer (of the study's UID where there is none), and where any
// participant has several studies without a session their number by date and time. The series that
// no row fits.
std::vector<SeriesPtr> find_participants(std::span<const PlacedImage> placed,
                                         const Participants* participants);

}  // namespace dcmflow
