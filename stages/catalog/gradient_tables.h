#pragma once
// The diffusion weighting of an image's volumes as FSL and BIDS read it. Pure; no Problems.

#include <string>

#include "stages/dicom_types.h"
#include "stages/sorting/gradients.h"

namespace dcmflow {

// b-values in s/mm², separated by spaces, one row. REQUIRES: has_gradients(), as for the other.
std::string bval_text(const Stack& stack);

// Three rows: unit vectors along i, j and k of the image, the first turned round, as FSL wants
// where the affine in RAS has a positive determinant, as ours always has: rows × columns run along
// k. Zeros where there is no direction.
std::string bvec_text(const Stack& stack);

}  // namespace dcmflow
