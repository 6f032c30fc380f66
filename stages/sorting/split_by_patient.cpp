#include "stages/sorting/split_by_patient.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>

#include "stages/dicom/attributes.h"

namespace dcmflow {
namespace {

// ID, issuer, birth date, sex, and without an ID the name: what is missing is "".
using Patient = std::array<std::string, 5>;

std::string text_of(const Instance& instance, AttributeIndex attribute) {
  auto text = instance.find(attribute).value_or("");
  while (text.ends_with(' ')) text.remove_suffix(1);
  while (text.starts_with(' ')) text.remove_prefix(1);
  return std::string(text);
}

Patient patient_of(const Instance& instance) {
  Patient patient{text_of(instance, attribute_index(0x00100020)),
                  text_of(instance, attribute_index(0x00100021)),
                  text_of(instance, attribute_index(0x00100030)),
                  text_of(instance, attribute_index(0x00100040)), ""};
  auto& [id, issuer, birth_date, sex, name] = patient;
  std::erase(birth_date, '.');  // as ACR-NEMA writes dates
  if (sex != "M" && sex != "F") sex.clear();
  if (id.empty()) name = text_of(instance, attribute_index(0x00100010));
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

// Of a person all that any of its headers says.
void add_known(Patient& person, const Patient& patient) {
  for (std::size_t i = 0; i < person.size(); ++i)
    if (person[i].empty()) person[i] = patient[i];
}

struct Persons {
  std::vector<Patient> persons;
  std::map<Patient, std::size_t> of;  // which person a patient is
};

Persons join_patients(std::vector<Patient> patients) {
  std::ranges::sort(patients);
  std::ranges::stable_sort(patients, std::ranges::greater{},
                           [](const Patient& p) { return std::pair(!p[0].empty(), known(p)); });
  Persons found;
  auto& persons = found.persons;
  for (const auto& patient : patients) {
    const auto fits = [&](const Patient& p) { return can_be_one(p, patient); };
    auto person = persons.end();
    if (std::ranges::count_if(persons, fits) == 1)
      person = std::ranges::find_if(persons, fits);
    else
      person = persons.insert(persons.end(), patient);
    add_known(*person, patient);
    found.of[patient] = static_cast<std::size_t>(person - persons.begin());
  }
  return found;
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
  const auto [persons, of] = join_patients(std::move(patients));
  std::map<std::pair<Patient, std::size_t>, std::vector<InstancePtr>> of_person;
  for (auto& instance : instances) {
    const auto person = of.at(of_header.at(instance->shared.get()));
    of_person[{persons[person], person}].push_back(std::move(instance));
  }
  for (auto& [person, its] : of_person) parts.push_back(std::move(its));
  std::ranges::stable_sort(parts, std::ranges::greater{},
                           [](const auto& part) { return part.size(); });
  return parts;
}

}  // namespace dcmflow
