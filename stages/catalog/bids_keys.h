#pragma once
// Which attribute is which key of a BIDS sidecar, and in which unit; by maker where they say it in
// attributes of their own. Names and units: BIDS specification 1.11, "Magnetic Resonance Imaging"
// and "Positron Emission Tomography"; those that BIDS leaves open are dcm2niix's. None tells who
// the patient is. Constant; thread-safe.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "stages/catalog/bids_rules.h"
#include "stages/catalog/scan_attributes.h"

namespace dcmflow {

// text: as it stands. texts: a list where there are several values. list: always a list. number:
// the first value, divided by `per_unit`; positive: if it is above 0; factor: if it is above 1,
// since 1 is said by leaving it out. truth: of the words "true" and "false".
enum class BidsKind : std::uint8_t { text, texts, list, number, positive, factor, truth };

// Where a value stands: in an attribute, in a Siemens CSA image header or protocol, or where a rule
// finds it.
struct BidsSource {
  enum class Place : std::uint8_t { attribute, csa, protocol, rule };
  Place place = Place::attribute;
  AttributeIndex attribute = 0;
  std::string_view name{};
  BidsKeyRule rule = nullptr;
};

struct BidsKey {
  std::string_view key;
  BidsSource source;
  BidsKind kind = BidsKind::text;
  double per_unit = 1;  // DICOM's units in one of BIDS
};

namespace bids_source {
consteval BidsSource of(std::uint32_t tag) { return {.attribute = attribute_index(tag)}; }
consteval BidsSource vendor(std::uint32_t tag) { return {.attribute = vendor_index(tag)}; }
consteval BidsSource scan(std::uint32_t tag, std::string_view creator = {},
                          std::uint32_t sequence = 0, std::uint32_t inner = 0) {
  return {.attribute = scan_index(tag, creator, sequence, inner)};
}
consteval BidsSource csa(std::string_view name) {
  return {.place = BidsSource::Place::csa, .name = name};
}
consteval BidsSource protocol(std::string_view name) {
  return {.place = BidsSource::Place::protocol, .name = name};
}
consteval BidsSource rule(BidsKeyRule rule) {
  return {.place = BidsSource::Place::rule, .rule = rule};
}
}  // namespace bids_source

// Of the rows of one key, which stand together, the first counts whose source has a value.
inline constexpr auto bids_keys = [] {
  using namespace bids_source;
  using enum BidsKind;
  constexpr double ms = 1e3;
  constexpr double ns = 1e9;
  constexpr auto drug = sequence::radiopharmaceutical;
  return std::to_array<BidsKey>({
      {"Modality", of(0x00080060)},
      {"Manufacturer", of(0x00080070)},
      {"ManufacturersModelName", of(0x00081090)},
      {"DeviceSerialNumber", of(0x00181000)},
      {"StationName", of(0x00081010)},
      {"SoftwareVersions", of(0x00181020)},
      {"InstitutionName", of(0x00080080)},
      {"InstitutionalDepartmentName", of(0x00081040)},
      {"MagneticFieldStrength", of(0x00180087), number},
      {"ImagingFrequency", rule(imaging_frequency), number},
      {"ImagedNucleus", of(0x00180085)},
      {"ImagedNucleus", scan(0x00189100)},
      {"ReceiveCoilName", of(0x00181250)},
      {"ReceiveCoilName", scan(0x00181250, {}, sequence::receive_coil)},
      {"ReceiveCoilName", protocol("sCoilSelectMeas.aRxCoilSelectData[0].asList[0]"
                                   ".sCoilElementID.tCoilID")},
      {"ReceiveCoilName", protocol("asCoilSelectMeas[0].asList[0].sCoilElementID.tCoilID")},
      {"ReceiveCoilActiveElements", scan(0x0051000F, creator::siemens)},
      {"ReceiveCoilActiveElements", scan(0x0021004F, creator::siemens_image)},
      {"ReceiveCoilActiveElements", scan(0x00650003, creator::uih)},
      {"TransmitCoilName", of(0x00181251)},
      {"TransmitCoilName", scan(0x00181251, {}, sequence::transmit_coil)},
      {"BodyPart", of(0x00180015)},
      {"PatientPosition", of(0x00185100)},
      {"SeriesDescription", of(0x0008103E)},
      {"ProtocolName", of(0x00181030)},
      {"MRAcquisitionType", of(0x00180023)},
      {"ScanningSequence", of(0x00180020), texts},
      {"ScanningSequence", scan(0x0021005A, creator::siemens_series), texts},
      {"ScanningSequence", rule(enhanced_sequence), texts},
      {"SequenceVariant", of(0x00180021), texts},
      {"SequenceVariant", scan(0x0021005B, creator::siemens_series), texts},
      {"ScanOptions", of(0x00180022), texts},
      {"ScanOptions", scan(0x0021005C, creator::siemens_series), texts},
      {"SequenceName", of(0x00180024)},
      {"PulseSequenceName", scan(0x00189005)},
      {"PulseSequenceName", vendor(0x0019009C)},
      {"PulseSequenceDetails", protocol("tSequenceFileName")},
      {"PulseSequenceDetails", scan(0x0019009E, creator::ge_acquisition)},
      {"ImageType", of(0x00080008), list},
      {"NonlinearGradientCorrection", rule(gradient_correction), truth},
      {"MTState", rule(magnetization_transfer), truth},
      {"SpoilingState", rule(spoiling), truth},
      {"SeriesNumber", of(0x00200011), number},
      {"AcquisitionNumber", of(0x00200012), number},
      {"SliceThickness", of(0x00180050), number},
      {"SpacingBetweenSlices", of(0x00180088), number},
      {"SAR", of(0x00181316), number},
      {"SAR", scan(0x00189181), number},
      {"NumberOfAverages", of(0x00180083), number},
      {"EchoTime", of(0x00180081), positive, ms},
      {"InversionTime", of(0x00180082), positive, ms},
      {"InversionTime", scan(0x2001001B, creator::philips), positive, ms},
      {"InversionTime", rule(siemens_inversion_time), positive, 1e6},
      {"FlipAngle", of(0x00181314), number},
      {"EchoTrainLength", of(0x00180091), number},
      {"PercentSampling", of(0x00180093), number},
      {"PercentPhaseFOV", of(0x00180094), number},
      {"PhaseEncodingSteps", of(0x00180089), number},
      {"PhaseEncodingSteps", scan(0x00189231), number},
      {"ParallelReductionFactorInPlane", scan(0x00189069), factor},
      {"ParallelReductionFactorInPlane", scan(0x00189069, {}, sequence::philips_frame), factor},
      {"ParallelReductionFactorInPlane", protocol("sPat.lAccelFactPE"), factor},
      {"ParallelReductionFactorInPlane", rule(siemens_in_plane), factor},
      {"ParallelReductionFactorInPlane", rule(ge_in_plane), factor},
      {"ParallelReductionFactorInPlane", rule(uih_in_plane), factor},
      {"ParallelReductionFactorOutOfPlane", scan(0x00189155), factor},
      {"ParallelReductionFactorOutOfPlane", protocol("sPat.lAccelFact3D"), factor},
      {"ParallelReductionFactorOutOfPlane", rule(ge_out_of_plane), factor},
      {"ParallelAcquisitionTechnique", scan(0x00189078)},
      {"ParallelAcquisitionTechnique", rule(siemens_parallel_technique)},
      {"MultibandAccelerationFactor", protocol("sSliceAcceleration.lMultiBandFactor"), factor},
      {"MultibandAccelerationFactor", rule(siemens_slices_at_once), factor},
      {"MultibandAccelerationFactor", rule(ge_slices_at_once), factor},
      {"PartialFourier", rule(siemens_partial_fourier), number},
      {"PartialFourierDirection", scan(0x00189036)},
      {"BandwidthPerPixelPhaseEncode", scan(0x00190028, creator::siemens), positive},
      {"BandwidthPerPixelPhaseEncode", csa("BandwidthPerPixelPhaseEncode"), positive},
      {"BandwidthPerPixelPhaseEncode", scan(0x00210053, creator::siemens_image), positive},
      {"BandwidthPerPixelPhaseEncode", scan(0x00190028, creator::uih), positive},
      {"DwellTime", scan(0x00190018, creator::siemens), positive, ns},
      {"DwellTime", csa("RealDwellTime"), positive, ns},
      {"DwellTime", scan(0x00210042, creator::siemens_image), positive, ns},
      {"WaterFatShift", scan(0x20010022, creator::philips), positive},
      {"PixelBandwidth", of(0x00180095), number},
      {"KVP", of(0x00180060), number},
      {"XRayExposure", of(0x00181152), number},
      {"ExposureTime", of(0x00181150), number, ms},
      {"XRayTubeCurrent", of(0x00181151), number},
      {"ConvolutionKernel", of(0x00181210)},
      {"TracerName", scan(0x00180031, {}, drug)},
      {"TracerName", scan(0x00080104, {}, drug, sequence::radiopharmaceutical_code)},
      {"TracerRadionuclide", scan(0x00080104, {}, drug, sequence::radionuclide_code)},
      {"InjectedRadioactivity", rule(injected_radioactivity), positive},
      {"InjectedVolume", scan(0x00181071, {}, drug), positive},
      {"RadionuclideHalfLife", scan(0x00181075, {}, drug), positive},
      {"RadionuclidePositronFraction", scan(0x00181076, {}, drug), positive},
      {"DecayCorrection", of(0x00541102)},
      {"AttenuationCorrection", of(0x00541101)},
      {"ReconstructionMethod", of(0x00541103)},
      {"DoseCalibrationFactor", scan(0x00541322), positive},
  });
}();

}  // namespace dcmflow
