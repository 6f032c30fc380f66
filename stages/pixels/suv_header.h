#pragma once
// What the header of a PET frame says for its standardized uptake values (PS3.3 C.8.9, C.8.22):
// each fact, or which attribute does not say it. Problems are all suv_unclear; their detail names
// the attribute and the file, and values where they are none of the patient's. Pure; thread-safe.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "stages/dicom/suv_attributes.h"
#include "stages/dicom_types.h"

namespace dcmflow {

struct SuvFact {
  AttributeIndex attribute;
  std::string_view name;     // as PS3.6 has it, and its tag
  bool is_personal = false;  // no message says its value
};

namespace suv_fact {
inline constexpr SuvFact sex{attribute_index(0x00100040), "Patient's Sex (0010,0040)", true};
inline constexpr SuvFact size{attribute_index(0x00101020), "Patient's Size (0010,1020)", true};
inline constexpr SuvFact weight{attribute_index(0x00101030), "Patient's Weight (0010,1030)", true};
inline constexpr SuvFact series_date{attribute_index(0x00080021), "Series Date (0008,0021)"};
inline constexpr SuvFact series_time{attribute_index(0x00080031), "Series Time (0008,0031)"};
inline constexpr SuvFact acquisition_date{attribute_index(0x00080022),
                                          "Acquisition Date (0008,0022)"};
inline constexpr SuvFact acquisition_time{attribute_index(0x00080032),
                                          "Acquisition Time (0008,0032)"};
inline constexpr SuvFact acquisition_date_time{attribute_index(0x0008002A),
                                               "Acquisition DateTime (0008,002A)"};
inline constexpr SuvFact ge_scan_date_time{suv_index(0x0009000D), "GE's scan time (0009,100D)"};
inline constexpr SuvFact utc_offset{suv_index(0x00080201), "Timezone Offset From UTC (0008,0201)"};
inline constexpr SuvFact frame_duration{attribute_index(0x00181242),
                                        "Actual Frame Duration (0018,1242)"};
inline constexpr SuvFact frame_reference_time{attribute_index(0x00541300),
                                              "Frame Reference Time (0054,1300)"};
inline constexpr SuvFact start_time{suv_index(0x00181072),
                                    "Radiopharmaceutical Start Time (0018,1072)"};
inline constexpr SuvFact start_date_time{suv_index(0x00181078),
                                         "Radiopharmaceutical Start DateTime (0018,1078)"};
inline constexpr SuvFact total_dose{suv_index(0x00181074), "Radionuclide Total Dose (0018,1074)"};
inline constexpr SuvFact half_life{suv_index(0x00181075), "Radionuclide Half Life (0018,1075)"};
inline constexpr SuvFact corrected_image{attribute_index(0x00280051),
                                         "Corrected Image (0028,0051)"};
inline constexpr SuvFact decay_correction{attribute_index(0x00541102),
                                          "Decay Correction (0054,1102)"};
inline constexpr SuvFact rescale_slope{attribute_index(0x00281053), "Rescale Slope (0028,1053)"};
inline constexpr SuvFact rescale_intercept{attribute_index(0x00281052),
                                           "Rescale Intercept (0028,1052)"};
inline constexpr SuvFact units{attribute_index(0x00541001), "Units (0054,1001)"};
inline constexpr SuvFact suv_type{suv_index(0x00541006), "SUV Type (0054,1006)"};
inline constexpr SuvFact philips_suv{suv_index(0x70530000), "Philips' SUV factor (7053,1000)"};
inline constexpr SuvFact philips_activity{suv_index(0x70530009),
                                          "Philips' activity factor (7053,1009)"};
// Of Enhanced PET images.
inline constexpr SuvFact units_code{
    suv_index(0x00080100), "Measurement Units Code Sequence (0040,08EA) of the real world values"};
inline constexpr SuvFact real_world_slope{attribute_index(0x00409225),
                                          "Real World Value Slope (0040,9225)"};
inline constexpr SuvFact real_world_intercept{attribute_index(0x00409224),
                                              "Real World Value Intercept (0040,9224)"};
inline constexpr SuvFact frame_date_time{suv_index(0x00189074),
                                         "Frame Acquisition DateTime (0018,9074)"};
inline constexpr SuvFact frame_acquisition_duration{attribute_index(0x00189220),
                                                    "Frame Acquisition Duration (0018,9220)"};
inline constexpr SuvFact decay_correction_date_time{suv_index(0x00189701),
                                                    "Decay Correction DateTime (0018,9701)"};
inline constexpr SuvFact decay_corrected{suv_index(0x00189758), "Decay Corrected (0018,9758)"};
inline constexpr SuvFact attenuation_corrected{suv_index(0x00189759),
                                               "Attenuation Corrected (0018,9759)"};
}  // namespace suv_fact

// "Units (0054,1001) <what> in a/1.dcm"
Problem suv_unclear(const Frame& frame, const SuvFact& fact, std::string_view what);
// The same of its value: "Units (0054,1001) is 'CPS', <what> in a/1.dcm".
Problem suv_value_unclear(const Frame& frame, const SuvFact& fact, std::string_view what);

// The text of an attribute that is there, with one value.
Result<std::string_view> suv_text(const Frame& frame, const SuvFact& fact);

// A number within the bounds, both of them allowed. `expected` says what, with its unit: "a weight
// of 0.01 to 700 kg".
Result<double> suv_number(const Frame& frame, const SuvFact& fact,
                          const std::array<double, 2>& bounds, std::string_view expected);

// Moments: µs since 1970 in the scanner's clock. Of a date and a time of day, and of a DT that has
// one; one with an offset from UTC is brought to that of the other times, which Timezone Offset
// From UTC must tell.
Result<std::int64_t> suv_moment(const Frame& frame, const SuvFact& date, const SuvFact& time);
Result<std::int64_t> suv_moment(const Frame& frame, const SuvFact& date_time);

// Bq of a drug that was injected to see something, both allowed: a number in another unit is none.
inline constexpr std::array suv_dose_bq{1e6, 1e11};

inline constexpr std::string_view enhanced_pet_class = "1.2.840.10008.5.1.4.1.1.130";
// An Enhanced PET Image (PS3.3 A.56), which says these things in other attributes.
bool is_enhanced_pet(const Frame& frame);

}  // namespace dcmflow
