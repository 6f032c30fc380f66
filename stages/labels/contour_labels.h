#pragma once
// A structure set as labels on a grid. Pure.

#include "stages/geometry/tolerances.h"
#include "stages/labels/label_set.h"
#include "stages/labels/structure_set.h"

namespace dcmflow {

// Sets segments, painter and problems of `labels`, whose grid is known; its points are in
// `frame_of_reference`, where that is not empty. A structure that cannot be told truly is left out,
// and told of in `problems`: contours_oblique: they lie in no parallel planes; contours_unusable:
// one of its contours is damaged, or it has none that is closed; labels_without_image: its points
// are in another Frame of Reference than the grid. Of those that are shown it tells
// contours_approximated (between slices, oblique, on coarse planes, left out), and
// labels_outside. Problem: the first of them, when nothing is left.
Status label_contours(StructureSet&& structures, const std::string& frame_of_reference,
                      const Tolerances& tolerances, LabelSet& labels);

}  // namespace dcmflow
