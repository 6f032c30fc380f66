#pragma once
// The constants of the geometry rules. Each is a setting; every run writes them into report.json.

namespace dcmflow {

struct Tolerances {
  double iop_cluster_deg = 0.1;   // orientations within this angle are one cluster
  double iop_orthonormal = 1e-3;  // on |row|, |column| and row · column
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
  double corner_warn_mm = 1e-3;
  double corner_fail_mm = 0.1;  // fail: > max(this, corner_fail_of_gap × slice gap)
  double corner_fail_of_gap = 0.05;
};

}  // namespace dcmflow
