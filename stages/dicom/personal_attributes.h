#pragma once
// The attributes that say whose images these are, who made or asked for them, and where: what
// --no-patient leaves out. Constant; thread-safe; no Problems.
//
// Those are the patient's (groups 0010 and 0012, and rows of the patient's level), every name of a
// person (VR PN), and the table of personal_attributes.cpp: other persons, institutions and places
// in them, what a visit says of the patient, and the numbers of studies, orders, specimens, reports
// and visits. Dates, UIDs, descriptions and comments of studies and series, and private attributes
// are not among them, so this is no de-identification (PS3.15 E).

#include <cstdint>
#include <string_view>

#include "stages/dicom/attribute_table.h"

namespace dcmflow {

// Of an element, at whatever depth it stands; `vr`: two letters.
bool is_personal(std::uint32_t tag, std::string_view vr);
// Of a row, also where one of its sequences is.
bool is_personal(const AttributeRow& row);

}  // namespace dcmflow
