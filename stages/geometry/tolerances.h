#pragma once
// The constants of the geometry rules. Each is a setting; every run writes them into report.json.
// Names end with the unit, _mm or _deg; the others are ratios. Plain values.

#include <array>
#include <string_view>

namespace dcmflow {

struct Tolerances {
  double iop_cluster_deg = 0.1;  // orientations within this angle are one cluster
  // On |row|, |column| and row · column. Cosines of two decimals are off by up to 0.005 each, so a
  // length by 0.0087, a product by 0.0173.
  double iop_orthonormal = 0.02;
  // Beyond this they are rounded, and say the directions no better than iop_orthonormal.
  double iop_rounded = 1e-3;
  double position_equal_mm =
      0.01;  // positions nearer than this (and than a tenth of the median gap) are one position
  double spacing_regular =
      0.01;  // regular: |gap − median| ≤ max(this × median, spacing_regular_mm)
  double spacing_regular_mm = 0.02;
  double spacing_jitter =
      0.05;  // jitter, accepted and flagged: ≤ max(this × median, spacing_jitter_mm)
  double spacing_jitter_mm = 0.1;
  double missing_slices = 0.05;  // gap ÷ median within this of an integer ≥ 2: slices are missing
  double shear_deg = 0.05;       // lateral drift of the positions against the normal
  double pixel_spacing_relative = 1e-4;
  double corner_warn_mm = 0.01;  // what positions of two decimals are rounded by
  double corner_fail_mm = 0.1;   // fail: > max(this, corner_fail_of_gap × slice gap)
  double corner_fail_of_gap = 0.05;
  bool operator==(const Tolerances&) const = default;
};

struct ToleranceRow {
  std::string_view name;  // of the member
  double Tolerances::*value;
  double greatest;  // that makes sense; the least is 0
};

constexpr std::array<ToleranceRow, 14> tolerance_rows{{
    {"iop_cluster_deg", &Tolerances::iop_cluster_deg, 10},
    {"iop_orthonormal", &Tolerances::iop_orthonormal, 0.1},
    {"iop_rounded", &Tolerances::iop_rounded, 0.1},
    {"position_equal_mm", &Tolerances::position_equal_mm, 10},
    {"spacing_regular", &Tolerances::spacing_regular, 0.5},
    {"spacing_regular_mm", &Tolerances::spacing_regular_mm, 10},
    {"spacing_jitter", &Tolerances::spacing_jitter, 0.5},
    {"spacing_jitter_mm", &Tolerances::spacing_jitter_mm, 10},
    {"missing_slices", &Tolerances::missing_slices, 0.4},
    {"shear_deg", &Tolerances::shear_deg, 45},
    {"pixel_spacing_relative", &Tolerances::pixel_spacing_relative, 0.1},
    {"corner_warn_mm", &Tolerances::corner_warn_mm, 100},
    {"corner_fail_mm", &Tolerances::corner_fail_mm, 100},
    {"corner_fail_of_gap", &Tolerances::corner_fail_of_gap, 1},
}};

}  // namespace dcmflow
