#pragma once
// The table of key attributes: which attributes of a header dcmflow keeps, at which level
// dicom-metadata.json shows them, and whether they usually repeat over a series (then they are
// stored once). Tags, VRs and keywords from PS3.6. A user adds rows with --attributes FILE
// (config/attribute_file.h); rules add the keys that they name. Constant; thread-safe.

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "stages/base/attribute_values.h"

namespace dcmflow {

enum class AttributeLevel : std::uint8_t { patient, study, series, instance };

struct BuiltInAttribute {
  std::uint32_t tag;
  std::string_view vr;
  AttributeLevel level;
  bool repeats;  // usually the same in every instance of a series
  std::string_view keyword;
  bool several = false;  // the VM of PS3.6 may exceed 1
};

// No tags of DICOM: attributes that dcmflow adds.
inline constexpr std::uint32_t unreadable_note_tag = 0x0000FFFE;
inline constexpr std::uint32_t character_set_note_tag = 0x0000FFFF;
constexpr bool is_note(std::uint32_t tag) { return tag >> 16 == 0; }

// Sorted by tag.
inline constexpr auto built_in_attributes = [] {
  using enum AttributeLevel;
  constexpr bool same = true;
  constexpr bool varies = false;
  constexpr bool many = true;
  return std::to_array<BuiltInAttribute>({
      // Ours: what was doubtful about the texts of the file; see character_set.h.
      {unreadable_note_tag, "LO", series, same, "UnreadableNote"},
      {character_set_note_tag, "LO", series, same, "CharacterSetNote"},
      {0x00080005, "CS", series, same, "SpecificCharacterSet", many},
      {0x00080008, "CS", series, same, "ImageType", many},
      {0x00080012, "DA", instance, varies, "InstanceCreationDate"},
      {0x00080013, "TM", instance, varies, "InstanceCreationTime"},
      {0x00080016, "UI", series, same, "SOPClassUID"},
      {0x00080018, "UI", instance, varies, "SOPInstanceUID"},
      {0x00080020, "DA", study, same, "StudyDate"},
      {0x00080021, "DA", series, same, "SeriesDate"},
      {0x00080022, "DA", series, same, "AcquisitionDate"},
      {0x00080023, "DA", series, same, "ContentDate"},
      {0x0008002A, "DT", instance, varies, "AcquisitionDateTime"},
      {0x00080030, "TM", study, same, "StudyTime"},
      {0x00080031, "TM", series, same, "SeriesTime"},
      {0x00080032, "TM", instance, varies, "AcquisitionTime"},
      {0x00080033, "TM", instance, varies, "ContentTime"},
      {0x00080050, "SH", study, same, "AccessionNumber"},
      {0x00080060, "CS", series, same, "Modality"},
      {0x00080064, "CS", series, same, "ConversionType"},
      {0x00080070, "LO", series, same, "Manufacturer"},
      {0x00080080, "LO", series, same, "InstitutionName"},
      {0x00080090, "PN", study, same, "ReferringPhysicianName"},
      {0x00081010, "SH", series, same, "StationName"},
      {0x00081030, "LO", study, same, "StudyDescription"},
      {0x0008103E, "LO", series, same, "SeriesDescription"},
      {0x00081040, "LO", series, same, "InstitutionalDepartmentName"},
      {0x00081090, "LO", series, same, "ManufacturerModelName"},
      {0x00082111, "ST", series, same, "DerivationDescription"},
      {0x00089208, "CS", series, same, "ComplexImageComponent"},
      {0x00089209, "CS", series, same, "AcquisitionContrast"},
      {0x00100010, "PN", patient, same, "PatientName"},
      {0x00100020, "LO", patient, same, "PatientID"},
      {0x00100021, "LO", patient, same, "IssuerOfPatientID"},
      {0x00100030, "DA", patient, same, "PatientBirthDate"},
      {0x00100040, "CS", patient, same, "PatientSex"},
      {0x00101000, "LO", patient, same, "OtherPatientIDs", many},
      {0x00101010, "AS", patient, same, "PatientAge"},
      {0x00101020, "DS", patient, same, "PatientSize"},
      {0x00101030, "DS", patient, same, "PatientWeight"},
      {0x00104000, "LT", patient, same, "PatientComments"},
      {0x00120062, "CS", patient, same, "PatientIdentityRemoved"},
      {0x00120063, "LO", patient, same, "DeidentificationMethod", many},
      {0x00180010, "LO", series, same, "ContrastBolusAgent"},
      {0x00180015, "CS", series, same, "BodyPartExamined"},
      {0x00180020, "CS", series, same, "ScanningSequence", many},
      {0x00180021, "CS", series, same, "SequenceVariant", many},
      {0x00180022, "CS", series, same, "ScanOptions", many},
      {0x00180023, "CS", series, same, "MRAcquisitionType"},
      {0x00180024, "SH", series, same, "SequenceName"},
      {0x00180025, "CS", series, same, "AngioFlag"},
      {0x00180050, "DS", series, same, "SliceThickness"},
      {0x00180060, "DS", series, same, "KVP"},
      {0x00180080, "DS", series, same, "RepetitionTime"},
      {0x00180081, "DS", series, same, "EchoTime"},
      {0x00180082, "DS", series, same, "InversionTime"},
      {0x00180083, "DS", series, same, "NumberOfAverages"},
      {0x00180084, "DS", series, same, "ImagingFrequency"},
      {0x00180085, "SH", series, same, "ImagedNucleus"},
      {0x00180086, "IS", series, same, "EchoNumbers", many},
      {0x00180087, "DS", series, same, "MagneticFieldStrength"},
      {0x00180088, "DS", series, same, "SpacingBetweenSlices"},
      {0x00180089, "IS", series, same, "NumberOfPhaseEncodingSteps"},
      {0x00180090, "DS", series, same, "DataCollectionDiameter"},
      {0x00180091, "IS", series, same, "EchoTrainLength"},
      {0x00180093, "DS", series, same, "PercentSampling"},
      {0x00180094, "DS", series, same, "PercentPhaseFieldOfView"},
      {0x00180095, "DS", series, same, "PixelBandwidth"},
      {0x00181000, "LO", series, same, "DeviceSerialNumber"},
      {0x00181020, "LO", series, same, "SoftwareVersions", many},
      {0x00181030, "LO", series, same, "ProtocolName"},
      {0x00181060, "DS", instance, varies, "TriggerTime"},
      {0x00181062, "IS", series, same, "NominalInterval"},
      {0x00181088, "IS", series, same, "HeartRate"},
      {0x00181090, "IS", series, same, "CardiacNumberOfImages"},
      {0x00181100, "DS", series, same, "ReconstructionDiameter"},
      {0x00181120, "DS", series, same, "GantryDetectorTilt"},
      {0x00181130, "DS", series, same, "TableHeight"},
      {0x00181140, "CS", series, same, "RotationDirection"},
      {0x00181150, "IS", series, same, "ExposureTime"},
      {0x00181151, "IS", instance, varies, "XRayTubeCurrent"},
      {0x00181152, "IS", instance, varies, "Exposure"},
      {0x00181160, "SH", series, same, "FilterType"},
      {0x00181164, "DS", series, same, "ImagerPixelSpacing", many},
      {0x00181210, "SH", series, same, "ConvolutionKernel", many},
      {0x00181242, "IS", series, same, "ActualFrameDuration"},
      {0x00181250, "SH", series, same, "ReceiveCoilName"},
      {0x00181251, "SH", series, same, "TransmitCoilName"},
      {0x00181310, "US", series, same, "AcquisitionMatrix", many},
      {0x00181312, "CS", series, same, "InPlanePhaseEncodingDirection"},
      {0x00181314, "DS", series, same, "FlipAngle"},
      {0x00181316, "DS", series, same, "SAR"},
      {0x00182010, "DS", series, same, "NominalScannedPixelSpacing", many},
      {0x00185100, "CS", series, same, "PatientPosition"},
      {0x00189009, "CS", instance, varies, "InversionRecovery"},
      {0x00189020, "CS", instance, varies, "MagnetizationTransfer"},
      {0x00189021, "CS", instance, varies, "T2Preparation"},
      {0x00189022, "CS", instance, varies, "BloodSignalNulling"},
      {0x00189025, "CS", instance, varies, "SpectrallySelectedSuppression"},
      {0x00189026, "CS", instance, varies, "SpectrallySelectedExcitation"},
      {0x00189028, "CS", instance, varies, "Tagging"},
      {0x00189073, "FD", series, same, "AcquisitionDuration"},
      {0x00189075, "CS", instance, varies, "DiffusionDirectionality"},
      {0x00189087, "FD", instance, varies, "DiffusionBValue"},
      {0x00189089, "FD", instance, varies, "DiffusionGradientOrientation", many},
      {0x00189090, "FD", instance, varies, "VelocityEncodingDirection", many},
      {0x00189091, "FD", instance, varies, "VelocityEncodingMinimumValue"},
      {0x00189217, "FD", instance, varies, "VelocityEncodingMaximumValue"},
      {0x00189220, "FD", instance, varies, "FrameAcquisitionDuration"},
      {0x00189257, "CS", instance, varies, "ASLContext"},
      {0x00189258, "UL", instance, varies, "ASLPulseTrainDuration"},
      {0x00189311, "FD", series, same, "SpiralPitchFactor"},
      {0x00189315, "CS", series, same, "ReconstructionAlgorithm"},
      {0x00189316, "CS", series, same, "ConvolutionKernelGroup"},
      {0x00189344, "CS", instance, varies, "ContrastBolusAgentPhase"},
      {0x00189345, "FD", instance, varies, "CTDIvol"},
      {0x0018937C, "FD", series, same, "MonoenergeticEnergyEquivalent"},
      {0x0020000D, "UI", study, same, "StudyInstanceUID"},
      {0x0020000E, "UI", series, same, "SeriesInstanceUID"},
      {0x00200010, "SH", study, same, "StudyID"},
      {0x00200011, "IS", series, same, "SeriesNumber"},
      {0x00200012, "IS", series, same, "AcquisitionNumber"},
      {0x00200013, "IS", instance, varies, "InstanceNumber"},
      {0x00200020, "CS", series, same, "PatientOrientation", many},
      {0x00200032, "DS", instance, varies, "ImagePositionPatient", many},
      {0x00200037, "DS", series, same, "ImageOrientationPatient", many},
      {0x00200052, "UI", series, same, "FrameOfReferenceUID"},
      {0x00200060, "CS", series, same, "Laterality"},
      {0x00200100, "IS", instance, varies, "TemporalPositionIdentifier"},
      {0x00200105, "IS", series, same, "NumberOfTemporalPositions"},
      {0x00200110, "DS", series, same, "TemporalResolution"},
      {0x00201002, "IS", series, same, "ImagesInAcquisition"},
      {0x00201040, "LO", series, same, "PositionReferenceIndicator"},
      {0x00201041, "DS", instance, varies, "SliceLocation"},
      {0x00204000, "LT", instance, varies, "ImageComments"},
      {0x00209056, "SH", instance, varies, "StackID"},
      {0x00209057, "UL", instance, varies, "InStackPositionNumber"},
      {0x00209128, "UL", instance, varies, "TemporalPositionIndex"},
      {0x00209157, "UL", instance, varies, "DimensionIndexValues", many},
      {0x00209158, "LT", instance, varies, "FrameComments"},
      {0x00209161, "UI", series, same, "ConcatenationUID"},
      {0x00209162, "US", instance, varies, "InConcatenationNumber"},
      {0x00209163, "US", series, same, "InConcatenationTotalNumber"},
      {0x00209228, "UL", instance, varies, "ConcatenationFrameOffsetNumber"},
      {0x00209241, "FL", instance, varies, "NominalPercentageOfCardiacPhase"},
      {0x00209245, "FL", instance, varies, "NominalPercentageOfRespiratoryPhase"},
      {0x00209255, "FD", instance, varies, "NominalRespiratoryTriggerDelayTime"},
      {0x0020930D, "FD", instance, varies, "TemporalPositionTimeOffset"},
      {0x00209453, "LO", instance, varies, "FrameLabel"},
      {0x00280002, "US", series, same, "SamplesPerPixel"},
      {0x00280004, "CS", series, same, "PhotometricInterpretation"},
      {0x00280006, "US", series, same, "PlanarConfiguration"},
      {0x00280008, "IS", instance, varies, "NumberOfFrames"},
      {0x00280010, "US", series, same, "Rows"},
      {0x00280011, "US", series, same, "Columns"},
      {0x00280030, "DS", series, same, "PixelSpacing", many},
      {0x00280051, "CS", series, same, "CorrectedImage", many},
      {0x00280100, "US", series, same, "BitsAllocated"},
      {0x00280101, "US", series, same, "BitsStored"},
      {0x00280102, "US", series, same, "HighBit"},
      {0x00280103, "US", series, same, "PixelRepresentation"},
      {0x00280120, "US", series, same, "PixelPaddingValue"},
      {0x00280121, "US", series, same, "PixelPaddingRangeLimit"},
      {0x00280301, "CS", series, same, "BurnedInAnnotation"},
      {0x00281050, "DS", instance, varies, "WindowCenter", many},
      {0x00281051, "DS", instance, varies, "WindowWidth", many},
      {0x00281052, "DS", instance, varies, "RescaleIntercept"},
      {0x00281053, "DS", instance, varies, "RescaleSlope"},
      {0x00281054, "LO", series, same, "RescaleType"},
      {0x00282110, "CS", series, same, "LossyImageCompression"},
      {0x00282112, "DS", instance, varies, "LossyImageCompressionRatio", many},
      {0x00321060, "LO", study, same, "RequestedProcedureDescription"},
      {0x00400254, "LO", series, same, "PerformedProcedureStepDescription"},
      {0x00409224, "FD", instance, varies, "RealWorldValueIntercept"},
      {0x00409225, "FD", instance, varies, "RealWorldValueSlope"},
      {0x00540010, "US", instance, varies, "EnergyWindowVector", many},
      {0x00540014, "DS", series, same, "EnergyWindowLowerLimit"},
      {0x00540015, "DS", series, same, "EnergyWindowUpperLimit"},
      {0x00540020, "US", instance, varies, "DetectorVector", many},
      {0x00540030, "US", instance, varies, "PhaseVector", many},
      {0x00540060, "US", instance, varies, "RRIntervalVector", many},
      {0x00540070, "US", instance, varies, "TimeSlotVector", many},
      {0x00540080, "US", instance, varies, "SliceVector", many},
      {0x00540081, "US", series, same, "NumberOfSlices"},
      {0x00540100, "US", instance, varies, "TimeSliceVector", many},
      {0x00540101, "US", series, same, "NumberOfTimeSlices"},
      {0x00541000, "CS", series, same, "SeriesType", many},
      {0x00541001, "CS", series, same, "Units"},
      {0x00541002, "CS", series, same, "CountsSource"},
      {0x00541101, "LO", series, same, "AttenuationCorrectionMethod"},
      {0x00541102, "CS", series, same, "DecayCorrection"},
      {0x00541103, "LO", series, same, "ReconstructionMethod"},
      {0x00541105, "LO", series, same, "ScatterCorrectionMethod"},
      {0x00541300, "DS", instance, varies, "FrameReferenceTime"},
      {0x00541321, "DS", instance, varies, "DecayFactor"},
      {0x00541330, "US", instance, varies, "ImageIndex"},
      {0x00620005, "LO", instance, varies, "SegmentLabel"},
      {0x0062000B, "US", instance, varies, "ReferencedSegmentNumber", many},
      {0x00700080, "CS", series, same, "ContentLabel"},
      {0x00700081, "LO", series, same, "ContentDescription"},
      {0x30020002, "SH", series, same, "RTImageLabel"},
      {0x30040002, "CS", series, same, "DoseUnits"},
      {0x30040004, "CS", series, same, "DoseType"},
      {0x3004000A, "CS", series, same, "DoseSummationType"},
      {0x3004000C, "DS", series, same, "GridFrameOffsetVector", many},
      {0x3004000E, "DS", series, same, "DoseGridScaling"},
      {0x30060002, "SH", series, same, "StructureSetLabel"},
      {0x30060004, "LO", series, same, "StructureSetName"},
      {0x300A0002, "SH", series, same, "RTPlanLabel"},
      {0x300A0003, "LO", series, same, "RTPlanName"},
  });
}();

static_assert(std::ranges::is_sorted(built_in_attributes, {}, &BuiltInAttribute::tag));

// The index of a built-in attribute in every AttributeTable; a tag that is not in the table does
// not compile.
consteval AttributeIndex attribute_index(std::uint32_t tag) {
  for (std::size_t i = 0; i < built_in_attributes.size(); ++i)
    if (built_in_attributes[i].tag == tag) return static_cast<AttributeIndex>(i);
  throw "not a built-in attribute";
}

}  // namespace dcmflow
