#include "stages/pixels/suv.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "stages/dicom/value_text.h"
#include "stages/geometry/background.h"
#include "stages/pixels/body_measure.h"
#include "stages/pixels/real_voxels.h"
#include "stages/pixels/suv_header.h"

namespace dcmflow {
namespace {

// In the order of Suv, without none.
struct SuvRow {
  Suv kind;
  std::string_view type, units, flag;
};
constexpr std::array suv_rows{SuvRow{Suv::bw, "BW", "g/ml", "suv_bw"},
                              SuvRow{Suv::lbm, "LBMJAMES128", "g/ml", "suv_lbm"},
                              SuvRow{Suv::bsa, "BSA", "cm2/ml", "suv_bsa"}};

const SuvRow& row_of(Suv kind) { return suv_rows[static_cast<std::size_t>(kind) - 1]; }

// What the values are, after the rescale.
enum class Quantity : std::uint8_t { activity, counts, suv };
struct Values {
  Quantity quantity = Quantity::activity;
  Suv kind = Suv::none;  // of suv
};

// SUV Type where the units are those of `usual`.
Result<Values> suv_of_type(const Frame& frame, Suv usual) {
  if (!frame.find(suv_fact::suv_type.attribute)) return Values{Quantity::suv, usual};
  const auto text = suv_text(frame, suv_fact::suv_type);
  if (!text) return text.problem();
  for (const auto& row : suv_rows)
    if (row.type == *text && row.units == suv_units(usual)) return Values{Quantity::suv, row.kind};
  return suv_value_unclear(frame, suv_fact::suv_type,
                           usual == Suv::bsa ? "expected BSA" : "expected BW or LBMJAMES128");
}

Result<Values> values_by_code(const Frame& frame) {
  struct Code {
    std::string_view ucum;
    Values values;
  };
  constexpr std::array codes{Code{"Bq/ml", {Quantity::activity}},
                             Code{"g/ml{SUVbw}", {Quantity::suv, Suv::bw}},
                             Code{"g/ml{SUVlbm(James128)}", {Quantity::suv, Suv::lbm}},
                             Code{"cm2/ml{SUVbsa}", {Quantity::suv, Suv::bsa}}};
  const auto text = suv_text(frame, suv_fact::units_code);
  if (!text) return text.problem();
  const auto code = std::ranges::find(codes, *text, &Code::ucum);
  if (code != codes.end()) return code->values;
  return suv_value_unclear(frame, suv_fact::units_code,
                           "expected Bq/ml, g/ml{SUVbw}, g/ml{SUVlbm(James128)} or cm2/ml{SUVbsa}");
}

Result<Values> describe_values(const Frame& frame) {
  if (is_enhanced_pet(frame)) return values_by_code(frame);
  const auto text = suv_text(frame, suv_fact::units);
  if (!text) return text.problem();
  if (*text == "BQML") return Values{Quantity::activity};
  if (*text == "CNTS") return Values{Quantity::counts};
  if (*text == "GML") return suv_of_type(frame, Suv::bw);
  if (*text == "CM2ML") return suv_of_type(frame, Suv::bsa);
  return suv_value_unclear(frame, suv_fact::units, "expected BQML, CNTS, GML or CM2ML");
}

Result<DecayCorrection> corrections_of_enhanced(const Frame& frame) {
  const auto attenuation = suv_text(frame, suv_fact::attenuation_corrected);
  if (!attenuation) return attenuation.problem();
  if (*attenuation != "YES")
    return suv_value_unclear(frame, suv_fact::attenuation_corrected, "expected YES");
  const auto decay = suv_text(frame, suv_fact::decay_corrected);
  if (!decay) return decay.problem();
  if (*decay == "YES") return DecayCorrection::dated;
  if (*decay == "NO") return DecayCorrection::none;
  return suv_value_unclear(frame, suv_fact::decay_corrected, "expected YES or NO");
}

Result<DecayCorrection> corrections_of(const Frame& frame) {
  if (is_enhanced_pet(frame)) return corrections_of_enhanced(frame);
  // It may list many; not one value.
  const auto corrected = frame.find(suv_fact::corrected_image.attribute).value_or("");
  if (!has_value(corrected, "ATTN"))
    return suv_unclear(frame, suv_fact::corrected_image, "does not list ATTN");
  const auto text = suv_text(frame, suv_fact::decay_correction);
  if (!text) return text.problem();
  const bool is_none = *text == "NONE";
  if (!is_none && *text != "START" && *text != "ADMIN")
    return suv_value_unclear(frame, suv_fact::decay_correction, "expected START, ADMIN or NONE");
  if (is_none == has_value(corrected, "DECY"))
    return suv_unclear(frame, suv_fact::corrected_image,
                       (is_none ? "lists DECY, and" : "does not list DECY, and") +
                           std::string(" Decay Correction (0054,1102) is ").append(*text));
  if (is_none) return DecayCorrection::none;
  return *text == "START" ? DecayCorrection::start : DecayCorrection::admin;
}

// Bq.
Result<double> injected_dose(const Frame& frame) {
  constexpr double mega = 1e6;
  const auto [least, most] = suv_dose_bq;
  const bool in_mbq = is_enhanced_pet(frame);
  auto dose =
      in_mbq ? suv_number(frame, suv_fact::total_dose, {least / mega, most / mega},
                          "a dose of 1 to 1e5 MBq")
             : suv_number(frame, suv_fact::total_dose, suv_dose_bq, "a dose of 1e6 to 1e11 Bq");
  if (!dose || !in_mbq) return dose;
  return *dose * mega;
}

// Bq, at the moment that the values of the frame are of.
Result<double> decayed_dose(const Frame& frame, DecayCorrection correction, SuvTimes& times) {
  constexpr double second = 1e6, most_half_lives = 20;  // a millionth is left
  auto dose = injected_dose(frame);
  if (!dose || correction == DecayCorrection::admin) return dose;
  auto half_life = suv_number(frame, suv_fact::half_life, {1, 1e9}, "1 to 1e9 s");
  if (!half_life) return half_life;
  const auto at = times.values_of(frame, correction, *half_life);
  if (!at) return at.problem();
  const auto injected = times.injection(frame, *at);
  if (!injected) return injected.problem();
  const double decay_s = static_cast<double>(*at - *injected) / second;
  if (std::abs(decay_s) > most_half_lives * *half_life)
    return suv_unclear(frame, suv_fact::half_life,
                       "is " + std::to_string(*half_life) + " s, and the drug was injected " +
                           std::to_string(std::llround(decay_s)) + " s before: nothing is left");
  return *dose * std::exp2(-decay_s / *half_life);
}

// Of counts: Philips' factor, and what the product is.
struct Calibration {
  double factor = 1;
  bool gives_suv = false;  // by body weight; else Bq/ml
};
Result<Calibration> calibration_of(const Frame& frame) {
  const auto is_said = [&](const SuvFact& fact) {
    return parse_decimal(frame.find(fact.attribute).value_or("0")) != 0;
  };
  const bool gives_suv = is_said(suv_fact::philips_suv);
  if (!gives_suv && !is_said(suv_fact::philips_activity))
    return suv_unclear(frame, suv_fact::philips_suv,
                       "and Philips' activity factor (7053,1009) are absent or 0, and Units "
                       "(0054,1001) is CNTS");
  const auto factor =
      suv_number(frame, gives_suv ? suv_fact::philips_suv : suv_fact::philips_activity,
                 {1e-30, 1e30}, "a number above 0");
  if (!factor) return factor.problem();
  return Calibration{*factor, gives_suv};
}

// One series is of one patient, one injection and one scan.
Status check_one_injection(const Frame& frame, const Frame& first) {
  for (const auto* fact : {&suv_fact::sex, &suv_fact::size, &suv_fact::weight,
                           &suv_fact::series_date, &suv_fact::series_time, &suv_fact::start_time,
                           &suv_fact::start_date_time, &suv_fact::total_dose, &suv_fact::half_life})
    if (frame.find(fact->attribute) != first.find(fact->attribute))
      return suv_unclear(frame, *fact, "differs from that of another slice of the series,");
  return Done{};
}

// What makes SUV of the values of one frame.
Result<double> factor_of(const Frame& frame, const Frame& first, Suv kind, SuvTimes& times) {
  const auto values = describe_values(frame);
  if (!values) return values.problem();
  const auto correction = corrections_of(frame);
  if (!correction) return correction.problem();
  const auto calibration = values->quantity == Quantity::counts
                               ? calibration_of(frame)
                               : Result<Calibration>(Calibration{});
  if (!calibration) return calibration.problem();
  const auto is_of = calibration->gives_suv ? Suv::bw : values->kind;
  if (is_of == kind) return calibration->factor;
  if (const auto one = check_one_injection(frame, first); !one) return one.problem();
  auto body = body_measure(frame, kind);
  if (!body) return body;
  auto per =
      is_of == Suv::none ? decayed_dose(frame, *correction, times) : body_measure(frame, is_of);
  if (!per) return per;
  return calibration->factor * *body / *per;
}

// Slope and intercept as the header has them; a table of values is none of Bq/ml.
Result<Rescale> rescale_of(const Frame& frame) {
  constexpr std::array least_and_most{-1e30, 1e30};
  if (frame.instance->shared->has_modality_lut)
    return suv_unclear(frame, suv_fact::rescale_slope,
                       "is replaced by a Modality LUT Sequence (0028,3000)");
  const bool is_enhanced = is_enhanced_pet(frame);
  const auto& slope_fact = is_enhanced ? suv_fact::real_world_slope : suv_fact::rescale_slope;
  const auto& intercept_fact =
      is_enhanced ? suv_fact::real_world_intercept : suv_fact::rescale_intercept;
  Rescale rescale;
  if (is_enhanced || !has_real_pixels(*frame.instance) || frame.find(slope_fact.attribute)) {
    const auto slope = suv_number(frame, slope_fact, least_and_most, "a number");
    if (!slope) return slope.problem();
    if (*slope == 0) return suv_value_unclear(frame, slope_fact, "which makes all values one");
    rescale.slope = *slope;
  }
  if (!frame.find(intercept_fact.attribute)) return rescale;
  const auto intercept = suv_number(frame, intercept_fact, least_and_most, "a number");
  if (!intercept) return intercept.problem();
  rescale.intercept = *intercept;
  return rescale;
}

}  // namespace

bool is_pet(const Stack& stack) {
  if (stack.frames.empty()) return false;
  const auto& header = *stack.frames.front().instance->shared;
  return header.modality == "PT" && !is_colour(header) && !is_label(header);
}

Status use_suv(Stack& stack, Suv kind, SuvTimes& times) {
  std::array<double, 2> factors{std::numeric_limits<double>::infinity(), 0};
  for (auto& frame : stack.frames) {
    const auto rescale = rescale_of(frame);
    if (!rescale) return rescale.problem();
    const auto factor = factor_of(frame, stack.frames.front(), kind, times);
    if (!factor) return factor.problem();
    frame.slope = rescale->slope * *factor;
    frame.intercept = rescale->intercept * *factor;
    factors = {std::min(factors[0], *factor), std::max(factors[1], *factor)};
  }
  stack.suv = {kind, factors};
  stack.first_type = VoxelType::float32;
  stack.flags.emplace_back(row_of(kind).flag);
  if (stack.background != 0) stack.background = background_of(stack.frames.front());
  return Done{};
}

std::string_view suv_type(Suv kind) { return row_of(kind).type; }

std::string_view suv_units(Suv kind) { return row_of(kind).units; }

}  // namespace dcmflow
