#pragma once
// What a dose is divided by the size of: the body that it spreads in.

#include "stages/dicom_types.h"

namespace dcmflow {

// Grams of body weight (Suv::bw), grams of lean body mass (lbm) or cm² of body surface (bsa) of the
// patient, W kg and H cm as the header of the frame says:
//   lean body mass  men 1.10 W − 128 (W/H)², women 1.07 W − 148 (W/H)² kg (James, with the 128 of
//                   DICOM's LBMJAMES128; some programs have 120)
//   body surface    0.007184 · W^0.425 · H^0.725 m² (Du Bois and Du Bois)
// Problem{suv_unclear}: the weight is not 0.01 to 700 kg; for the latter two the size is not 0.2 to
// 3 m; for lbm the sex is neither M nor F, or the formula gives no mass. REQUIRES: kind is not
// none. Pure; thread-safe.
Result<double> body_measure(const Frame& frame, Suv kind);

}  // namespace dcmflow
