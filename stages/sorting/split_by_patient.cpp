#include "stages/sorting/split_by_patient.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>

#include "stages/dicom/attributes.h"

namespace dcmflow {
namespace {

// ID, issuer, name, birth date: what is missing is "".
using Patient = std::array<std::string, 4>;

std::string text_of(const Instance& instance, AttributeIndex attribute) {
  auto text = instance.find(attribute).value_or("");
  while (text.ends_with(' ')) text.remove_suffix(1);
  while (text.starts_with(' ')) text.remove_prefix(1);
  return std::string(text);
}

Patient patient_of(const Instance& instance) {
  Patient patient{text_of(instance, attribute_index(0x00100020)),
                  text_of(instance, attribute_index(0x00100021)), "", ""};
  if (!patient[0].empty()) return patient;
  patient[2] = text_of(instance, attribute_index(0x00100010));
  patient[3] = text_of(instance, attribute_index(0x00100030));
  return patient;
}

bool can_be_one(const Patient& a, const Patient& b) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!a[i].empty() && !b[i].empty() && a[i] != b[i]) return false;
  return true;
}

// How much is known of a patient: those of whom least is known are asked last whose they are.
std::size_t known(const Patient& patient) {
  return patient.size() - static_cast<std::size_t>(std::ranges::count(patient, ""));
}

// Each of the patients → the one that it is.
std::map<Patient, Patient> join_patients(const std::vector<Patient>& patients) {
  auto ordered = patients;
  std::ranges::sort(ordered);
  std::ranges::stable_sort(ordered, std::ranges::greater{},
                           [](const Patient& p) { return std::pair(!p[0].empty(), known(p)); });
  std::map<Patient, Patient> is;
  std::vector<Patient> persons;
  for (const auto& patient : ordered) {
    const auto fits = [&](const Patient& p) { return can_be_one(p, patient); };
    if (std::ranges::count_if(persons, fits) == 1)
      is[patient] = *std::ranges::find_if(persons, fits);
    else
      is[patient] = persons.emplace_back(patient);
  }
  return is;
}

}  // namespace

std::vector<std::vector<InstancePtr>> split_by_patient(std::vector<InstancePtr> instances) {
  // Patients stand in what is shared.
  std::map<const SharedHeader*, Patient> of_header;
  for (const auto& instance : instances)
    if (const auto* header = instance->shared.get(); !of_header.contains(header))
      of_header.emplace(header, patient_of(*instance));
  std::vector<Patient> patients;
  for (const auto& [header, patient] : of_header)
    if (std::ranges::find(patients, patient) == patients.end()) patients.push_back(patient);
  std::vector<std::vector<InstancePtr>> parts;
  if (patients.size() == 1) {
    parts.push_back(std::move(instances));
    return parts;
  }
  const auto is = join_patients(patients);
  std::map<Patient, std::vector<InstancePtr>> of_person;
  for (auto& instance : instances)
    of_person[is.at(of_header.at(instance->shared.get()))].push_back(std::move(instance));
  for (auto& [person, its] : of_person) parts.push_back(std::move(its));
  std::ranges::stable_sort(parts, std::ranges::greater{},
                           [](const auto& part) { return part.size(); });
  return parts;
}

}  // namespace dcmflow
