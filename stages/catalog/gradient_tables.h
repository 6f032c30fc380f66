#pragma once
// The diffusion weighting of an image's volumes as FSL and BIDS read it. Pure; no Problems.

#include <string>

#include "stages/dicom_types.h"

namespace dcmflow {

// Whether every volume of the stack says how it is weighted, one is, and no gradient is along axes
// that nobody knows.
bool has_gradients(const Stack& stack);

// b-values in s/mm², separated by spaces, one row. REQUIRES: has_gradients, as for the other.
std::string bval_text(const Stack& stack);

// Three rows: unit vectors along i, j and k of the image, the first turned round, as FSL wants
// where the affine in RAS has a positive determinant, as ours always has: rows × columns run along
// k. Zeros where there is no direction.
std::string bvec_text(const Stack& stack);

}  // namespace dcmflow
