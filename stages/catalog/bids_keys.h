#pragma once
// Which attribute is which key of a BIDS sidecar, and in which unit. Names and units: BIDS
// specification 1.8, "Magnetic Resonance Imaging" and "Positron Emission Tomography"; those that
// BIDS leaves open are dcm2niix's. None tells who the patient is. Constant; thread-safe.

#include <array>
#include <cstdint>
#include <string_view>

#include "stages/dicom/attributes.h"

namespace dcmflow {

// text: as it stands. texts: a list where there are several values. list: always a list. number:
// the first value, divided by `per_unit`.
enum class BidsKind : std::uint8_t { text, texts, list, number };

struct BidsKey {
  AttributeIndex attribute;
  std::string_view key;
  BidsKind kind;
  double per_unit = 1;  // DICOM's units in one of BIDS
};

inline constexpr auto bids_keys = [] {
  using enum BidsKind;
  constexpr double ms = 1000;
  return std::to_array<BidsKey>({
      {attribute_index(0x00080060), "Modality", text},
      {attribute_index(0x00080070), "Manufacturer", text},
      {attribute_index(0x00081090), "ManufacturersModelName", text},
      {attribute_index(0x00181000), "DeviceSerialNumber", text},
      {attribute_index(0x00081010), "StationName", text},
      {attribute_index(0x00181020), "SoftwareVersions", text},
      {attribute_index(0x00080080), "InstitutionName", text},
      {attribute_index(0x00081040), "InstitutionalDepartmentName", text},
      {attribute_index(0x00180087), "MagneticFieldStrength", number},
      {attribute_index(0x00180084), "ImagingFrequency", number},
      {attribute_index(0x00180085), "ImagedNucleus", text},
      {attribute_index(0x00181250), "ReceiveCoilName", text},
      {attribute_index(0x00181251), "TransmitCoilName", text},
      {attribute_index(0x00180015), "BodyPart", text},
      {attribute_index(0x00185100), "PatientPosition", text},
      {attribute_index(0x0008103E), "SeriesDescription", text},
      {attribute_index(0x00181030), "ProtocolName", text},
      {attribute_index(0x00180023), "MRAcquisitionType", text},
      {attribute_index(0x00180020), "ScanningSequence", texts},
      {attribute_index(0x00180021), "SequenceVariant", texts},
      {attribute_index(0x00180022), "ScanOptions", texts},
      {attribute_index(0x00180024), "SequenceName", text},
      {attribute_index(0x00080008), "ImageType", list},
      {attribute_index(0x00200011), "SeriesNumber", number},
      {attribute_index(0x00200012), "AcquisitionNumber", number},
      {attribute_index(0x00180050), "SliceThickness", number},
      {attribute_index(0x00180088), "SpacingBetweenSlices", number},
      {attribute_index(0x00181316), "SAR", number},
      {attribute_index(0x00180083), "NumberOfAverages", number},
      {attribute_index(0x00180081), "EchoTime", number, ms},
      {attribute_index(0x00180082), "InversionTime", number, ms},
      {attribute_index(0x00181314), "FlipAngle", number},
      {attribute_index(0x00180091), "EchoTrainLength", number},
      {attribute_index(0x00180093), "PercentSampling", number},
      {attribute_index(0x00180094), "PercentPhaseFOV", number},
      {attribute_index(0x00180089), "PhaseEncodingSteps", number},
      {attribute_index(0x00180095), "PixelBandwidth", number},
      {attribute_index(0x00180060), "KVP", number},
      {attribute_index(0x00181152), "XRayExposure", number},
      {attribute_index(0x00181150), "ExposureTime", number, ms},
      {attribute_index(0x00181151), "XRayTubeCurrent", number},
      {attribute_index(0x00181210), "ConvolutionKernel", text},
      {attribute_index(0x00541102), "DecayCorrection", text},
  });
}();

}  // namespace dcmflow
