#pragma once
// Clusters whose frames differ in storage alone (frame_properties.h), or are stored turned by 180°
// in their plane → one cluster, where their positions go together. Pure; no Problems.

#include <vector>

#include "stages/sorting/split_series.h"

namespace dcmflow {

// Joins where no position is in two of them, and together they make an even stack, or one that
// lacks no more slices than before. So a slice that a workstation stored otherwise, or a Frame of
// Reference for each slice, tears no volume apart, and what lies apart or at the same positions
// stays apart. Frames that are turned get Frame::is_turned and the position of their opposite
// corner. Notes and flags of the joined cluster: storage_varies, derivation_varies,
// slices_turned_back; frame_of_reference_varies, which makes the verdict warn.
std::vector<Cluster> join_clusters(std::vector<Cluster> clusters, const Tolerances& tolerances);

}  // namespace dcmflow
