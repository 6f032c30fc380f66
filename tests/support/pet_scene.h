#pragma once
// A PET slice whose standardized uptake value can be reckoned in the head.

#include <string>

#include "test-data/dicom_builder.h"

namespace dcmflow {

// Injected at 09:00: 370 MBq of a half-life of 6600 s. The scan is of 10:50, one half-life later:
// 185 MBq are left. The patient: a woman of 74 kg and 1.85 m. So SUV by body weight of 1 Bq/ml is
// 74000 g / 185e6 Bq = 4e-4 g/ml.
inline DicomBuilder pet_slice() {
  constexpr const char* drug = "RadiopharmaceuticalInformationSequence";
  DicomBuilder file;
  file.set("SOPClassUID", "1.2.840.10008.5.1.4.1.1.128").set("Modality", "PT");
  file.set("PatientWeight", "74").set("PatientSize", "1.85").set("PatientSex", "F");
  file.set("SeriesDate", "20200102").set("SeriesTime", "105000");
  file.set("AcquisitionDate", "20200102").set("AcquisitionTime", "105000");
  file.set("Units", "BQML").set("DecayCorrection", "START");
  file.set("CorrectedImage", "DECY\\RADL\\ATTN\\SCAT\\DTIM\\RAN\\NORM");
  file.set_in(drug, 0, "RadiopharmaceuticalStartTime", "090000.00");
  file.set_in(drug, 0, "RadionuclideTotalDose", "370000000");
  return file.set_in(drug, 0, "RadionuclideHalfLife", "6600");
}

}  // namespace dcmflow
