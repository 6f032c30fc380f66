#pragma once
// Instances of one series → those of each patient: two never share an image, whatever their UIDs.
// Pure; no Problems.

#include <vector>

#include "stages/dicom_types.h"

namespace dcmflow {

// One list for each Patient ID and Issuer of Patient ID (PS3.3 C.7.1.1), Birth Date and Sex (M or
// F); where the ID is missing, for each Patient's Name, too. What is missing contradicts nothing:
// such instances are of the one patient that they can be of, or by themselves. The order of
// instances stays; the patient with the most comes first, then by ID. REQUIRES: an instance.
std::vector<std::vector<InstancePtr>> split_by_patient(std::vector<InstancePtr> instances);

}  // namespace dcmflow
