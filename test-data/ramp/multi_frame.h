#pragma once
// How each kind of multi-frame object says where its frames lie: the Describe functions of a
// ramp::File. They take the frames in the order in which they are stored.

#include "test-data/ramp/scene.h"

namespace dcmflow::cases {

// Functional groups (PS3.3 C.7.6.16), positions in the per-frame items; rescale there too when it
// differs from frame to frame, else in the shared item.
void enhanced_ct(DicomBuilder& builder, const File& file);
void enhanced_mr(DicomBuilder& builder, const File& file);
void legacy_converted_ct(DicomBuilder& builder, const File& file);
// The frame's volume as Temporal Position Index, 2.5 s apart.
void enhanced_mr_in_time(DicomBuilder& builder, const File& file);
// The frame's volume as diffusion weighting: b = 0, then b = 1000 in different directions.
void enhanced_mr_diffusion(DicomBuilder& builder, const File& file);
// The frame's image as Effective Echo Time.
void enhanced_mr_echoes(DicomBuilder& builder, const File& file);
// The frame's image as Inversion Times.
void enhanced_mr_inversions(DicomBuilder& builder, const File& file);
// The frame's volume as the second of its Dimension Index Values, and nothing else.
void enhanced_mr_indexed(DicomBuilder& builder, const File& file);
void parametric_map(DicomBuilder& builder, const File& file);
// The frame's image as segment number (PS3.3 C.8.20).
void segmentation(DicomBuilder& builder, const File& file);

// Label Map Segmentation: numbers, and a palette that shows them.
void label_map(DicomBuilder& builder, const File& file);

// Image Position of the first frame, Grid Frame Offset Vector, Dose Grid Scaling (PS3.3 C.8.8.3).
void rt_dose(DicomBuilder& builder, const File& file);
// Detector Information, Slice Vector, Spacing Between Slices (PS3.3 C.8.4).
void nm_tomo(DicomBuilder& builder, const File& file);

// Single frames, with what vendors say in private attributes: the volume as diffusion weighting
// (as enhanced_mr_diffusion); the image as kind of image, 0 and then a B0 map; the sequence that
// alternates its polarity.
void siemens_diffusion(DicomBuilder& builder, const File& file);
void ge_field_map(DicomBuilder& builder, const File& file);
void ge_pepolar(DicomBuilder& builder, const File& file);

// One Siemens mosaic: the frames are tiles, the position is that of the whole image, the CSA header
// has the number of tiles and the direction in which they follow each other.
void siemens_mosaic(DicomBuilder& builder, const File& file);

// What a diffusion direction of volume v is; volume 0 has none.
Vector diffusion_direction(unsigned volume);

// The path of a frame's item in the Per-Frame Functional Groups Sequence.
std::string per_frame(std::size_t frame);

}  // namespace dcmflow::cases
