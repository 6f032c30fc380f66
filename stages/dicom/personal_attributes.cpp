#include "stages/dicom/personal_attributes.h"

#include <algorithm>
#include <array>

namespace dcmflow {
namespace {

// Sorted; keywords of PS3.6 beside them. A sequence goes with all that is in it.
constexpr auto other_tags = std::to_array<std::uint32_t>({
    0x00080050,  // AccessionNumber
    0x00080051,  // IssuerOfAccessionNumberSequence
    0x00080080,  // InstitutionName
    0x00080081,  // InstitutionAddress
    0x00080082,  // InstitutionCodeSequence
    0x00080090,  // ReferringPhysicianName
    0x00080092,  // ReferringPhysicianAddress
    0x00080094,  // ReferringPhysicianTelephoneNumbers
    0x00080096,  // ReferringPhysicianIdentificationSequence
    0x0008009C,  // ConsultingPhysicianName
    0x0008009D,  // ConsultingPhysicianIdentificationSequence
    0x00081040,  // InstitutionalDepartmentName
    0x00081041,  // InstitutionalDepartmentTypeCodeSequence
    0x00081048,  // PhysiciansOfRecord
    0x00081049,  // PhysiciansOfRecordIdentificationSequence
    0x00081050,  // PerformingPhysicianName
    0x00081052,  // PerformingPhysicianIdentificationSequence
    0x00081060,  // NameOfPhysiciansReadingStudy
    0x00081062,  // PhysiciansReadingStudyIdentificationSequence
    0x00081070,  // OperatorsName
    0x00081072,  // OperatorIdentificationSequence
    0x00081120,  // ReferencedPatientSequence
    0x00200010,  // StudyID
    0x00320012,  // StudyIDIssuer
    0x00321020,  // ScheduledStudyLocation
    0x00321031,  // RequestingPhysicianIdentificationSequence
    0x00321032,  // RequestingPhysician
    0x00321033,  // RequestingService
    0x00321034,  // RequestingServiceCodeSequence
    0x00321066,  // ReasonForVisit
    0x00321067,  // ReasonForVisitCodeSequence
    0x00380004,  // ReferencedPatientAliasSequence
    0x00380010,  // AdmissionID
    0x00380011,  // IssuerOfAdmissionID
    0x00380014,  // IssuerOfAdmissionIDSequence
    0x0038001E,  // ScheduledPatientInstitutionResidence
    0x00380050,  // SpecialNeeds
    0x00380060,  // ServiceEpisodeID
    0x00380061,  // IssuerOfServiceEpisodeID
    0x00380062,  // ServiceEpisodeDescription
    0x00380064,  // IssuerOfServiceEpisodeIDSequence
    0x00380300,  // CurrentPatientLocation
    0x00380400,  // PatientInstitutionResidence
    0x00380500,  // PatientState
    0x00380502,  // PatientClinicalTrialParticipationSequence
    0x00384000,  // VisitComments
    0x00400006,  // ScheduledPerformingPhysicianName
    0x00400009,  // ScheduledProcedureStepID
    0x0040000B,  // ScheduledPerformingPhysicianIdentificationSequence
    0x00400011,  // ScheduledProcedureStepLocation
    0x00400026,  // OrderPlacerIdentifierSequence
    0x00400027,  // OrderFillerIdentifierSequence
    0x00400036,  // AssigningFacilitySequence
    0x00400039,  // AssigningJurisdictionCodeSequence
    0x0040003A,  // AssigningAgencyOrDepartmentCodeSequence
    0x00400243,  // PerformedLocation
    0x00400253,  // PerformedProcedureStepID
    0x0040050A,  // SpecimenAccessionNumber
    0x00400512,  // ContainerIdentifier
    0x00400513,  // IssuerOfTheContainerIdentifierSequence
    0x00400551,  // SpecimenIdentifier
    0x00400562,  // IssuerOfTheSpecimenIdentifierSequence
    0x00401001,  // RequestedProcedureID
    0x00401005,  // RequestedProcedureLocation
    0x00401006,  // PlacerOrderNumberProcedure
    0x00401007,  // FillerOrderNumberProcedure
    0x00401010,  // NamesOfIntendedRecipientsOfResults
    0x00401011,  // IntendedRecipientsOfResultsIdentificationSequence
    0x00401101,  // PersonIdentificationCodeSequence
    0x00401102,  // PersonAddress
    0x00401103,  // PersonTelephoneNumbers
    0x00401104,  // PersonTelecomInformation
    0x00402006,  // PlacerOrderNumberImagingServiceRequestRetired
    0x00402007,  // FillerOrderNumberImagingServiceRequestRetired
    0x00402008,  // OrderEnteredBy
    0x00402009,  // OrderEntererLocation
    0x00402010,  // OrderCallbackPhoneNumber
    0x00402011,  // OrderCallbackTelecomInformation
    0x00402016,  // PlacerOrderNumberImagingServiceRequest
    0x00402017,  // FillerOrderNumberImagingServiceRequest
    0x00404027,  // ScheduledStationGeographicLocationCodeSequence
    0x00404030,  // PerformedStationGeographicLocationCodeSequence
    0x00404034,  // ScheduledHumanPerformersSequence
    0x00404035,  // ActualHumanPerformersSequence
    0x00404036,  // HumanPerformerOrganization
    0x00404037,  // HumanPerformerName
    0x0040A027,  // VerifyingOrganization
    0x0040A073,  // VerifyingObserverSequence
    0x0040A078,  // AuthorObserverSequence
    0x0040A07A,  // ParticipantSequence
    0x0040A07C,  // CustodialOrganizationSequence
    0x0040A088,  // VerifyingObserverIdentificationCodeSequence
    0x0040A353,  // AddressTrial
    0x0040A354,  // TelephoneNumberTrial
    0x0040A358,  // VerbalSourceIdentifierCodeSequenceTrial
    0x00440103,  // AsserterIdentificationSequence
    0x00700086,  // ContentCreatorIdentificationCodeSequence
    0x00880910,  // TopicAuthor
    0x04000115,  // CertificateOfSigner
    0x04000564,  // SourceOfPreviousValues
    0x21000070,  // Originator
    0x40080040,  // ResultsID
    0x40080042,  // ResultsIDIssuer
    0x40080111,  // InterpretationApproverSequence
    0x40080118,  // ResultsDistributionListSequence
    0x4008011A,  // DistributionAddress
    0x40080200,  // InterpretationID
    0x40080202,  // InterpretationIDIssuer
});
static_assert(std::ranges::is_sorted(other_tags));

}  // namespace

bool is_personal(std::uint32_t tag, std::string_view vr) {
  constexpr std::uint32_t patient_group = 0x0010, trial_group = 0x0012;
  const auto group = tag >> 16;
  return group == patient_group || group == trial_group || vr == "PN" ||
         std::ranges::binary_search(other_tags, tag);
}

bool is_personal(const AttributeRow& row) {
  return row.level == AttributeLevel::patient || is_personal(row.tag, row.vr) ||
         std::ranges::any_of(row.path,
                             [](const SequenceStep& step) { return is_personal(step.tag, ""); });
}

}  // namespace dcmflow
