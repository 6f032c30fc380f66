#include "stages/pixels/body_measure.h"

#include <cmath>

#include "stages/pixels/suv_header.h"

namespace dcmflow {
namespace {

constexpr double grams = 1000;

Result<double> lean_body_mass(const Frame& frame, double kg, double cm) {
  const auto sex = suv_text(frame, suv_fact::sex);
  if (!sex) return sex.problem();
  const bool is_male = *sex == "M";
  if (!is_male && *sex != "F")
    return suv_unclear(frame, suv_fact::sex,
                       "is neither M nor F, and lean body mass has a formula for each");
  const double ratio = kg / cm;
  const double lean = is_male ? 1.10 * kg - 128 * ratio * ratio : 1.07 * kg - 148 * ratio * ratio;
  // It falls where a body gets heavier from about 40 kg/m² on, and is nothing at twice that.
  if (!(lean > 0 && lean <= kg))
    return suv_unclear(frame, suv_fact::weight,
                       "and Patient's Size (0010,1020) give no lean body mass");
  return lean * grams;
}

}  // namespace

Result<double> body_measure(const Frame& frame, Suv kind) {
  constexpr double cm = 100, cm2 = 1e4;
  const auto kg = suv_number(frame, suv_fact::weight, {0.01, 700}, "a weight of 0.01 to 700 kg");
  if (!kg || kind == Suv::bw) return kg ? Result<double>(*kg * grams) : kg;
  const auto metres = suv_number(frame, suv_fact::size, {0.2, 3}, "a size of 0.2 to 3 m");
  if (!metres) return metres;
  const double height = *metres * cm;
  if (kind == Suv::lbm) return lean_body_mass(frame, *kg, height);
  return 0.007184 * std::pow(*kg, 0.425) * std::pow(height, 0.725) * cm2;
}

}  // namespace dcmflow
