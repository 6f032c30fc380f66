#pragma once
// PET images in standardized uptake values: --suv. By the vendor-neutral pseudo-code of QIBA
// (RSNA), its longer form; docs/suv.md has the formulas with numbers.

#include <string_view>

#include "stages/dicom_types.h"
#include "stages/pixels/suv_times.h"

namespace dcmflow {

// Whether values of a stack are activities or what follows from them: Modality PT, one sample a
// pixel, no labels. Pure; thread-safe.
bool is_pet(const Stack& stack);

// Makes SUV of the values of every frame, by a factor of its own in slope and intercept, and says
// so in `suv`, `flags` (suv_bw, suv_lbm, suv_bsa) and `first_type` (float32):
//   Units BQML   body ÷ dose, the dose decayed to the moment that the values are of (suv_times.h);
//                body: body_measure.h
//   Units CNTS   the same of counts times Philips' activity factor (7053,1009); SUV by body weight
//                of counts times its SUV factor (7053,1000), where there is one
//   Units GML    what SUV Type says, else SUV by body weight; CM2ML by body surface. What is SUV of
//                one kind becomes another by body ÷ body
//   Enhanced PET values by the first Real World Value Mapping of each frame, whose unit tells;
//                Radionuclide Total Dose is in MBq there (PS3.3 C.8.22.4), else in Bq
// Only of images that are corrected for attenuation and, unless Decay Correction is NONE, decay.
// Problem{suv_unclear} (subject left empty): of a frame an attribute is missing, in doubt, or
// contradicts another; `stack` is half done then. REQUIRES: is_pet(stack); kind is not none; the
// frames are complete, as make_frame() gives them; `times` is of the series, and of this thread.
Status use_suv(Stack& stack, Suv kind, SuvTimes& times);

// In the terms of SUV Type (0054,1006): BW, LBMJAMES128, BSA; and the unit: g/ml or cm2/ml.
std::string_view suv_type(Suv kind);
std::string_view suv_units(Suv kind);

}  // namespace dcmflow
