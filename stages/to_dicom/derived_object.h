#pragma once
// What objects that are made of a series have in common, and how they speak of it: patient, study
// and frame of reference are the source's, series and instance are new (PS3.3 C.7.1 to C.7.6,
// C.12.1). Pure; thread-safe.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stages/base/result.h"
#include "stages/dicom/data_set.h"
#include "stages/dicom_types.h"

namespace dcmflow {

// Of a series that is made now.
struct NewSeries {
  std::string series_uid;
  std::string date, time;   // DA and TM
  std::string description;  // Series Description
  std::string_view modality;
};

// One source slice: an instance, and which of its frames.
struct SourceFrame {
  InstancePtr instance;
  std::uint32_t frame = 0;  // from 0
};

// The value of a built-in attribute of a header; "" when absent. REQUIRES: the tag is in the table.
std::string_view value_of(const Instance& instance, std::uint32_t tag);
// Puts a built-in attribute as the source has it: where it is there, or always.
void copy(DataSet& to, const Instance& from, std::uint32_t tag);
void copy_or_empty(DataSet& to, const Instance& from, std::uint32_t tag);

// That one object can be of all of these: one patient, study, series and frame of reference.
// Problem{source_missing} with the attribute.
Status check_sources(std::span<const SourceFrame> sources);

// The modules that they share, in UTF-8. REQUIRES: check_sources().
DataSet begin_object(const Instance& source, const NewSeries& series,
                     std::string_view sop_class_uid, std::string_view sop_instance_uid);

// A coded concept (PS3.3 8.8), as the item of a sequence.
DataSet code_item(std::string_view value, std::string_view scheme, std::string_view meaning);

// Items of Source Image Sequence (PS3.3 C.7.6.1.1.4): source images for image processing.
std::vector<DataSet> source_image_items(std::span<const SourceFrame> sources);
// Of Referenced Series Sequence (PS3.3 C.12.2), with each instance once.
std::vector<DataSet> referenced_series_items(std::span<const SourceFrame> sources);

// Image Orientation (Patient) and Image Position (Patient) of a slice of a grid, Pixel Spacing.
std::string orientation_text(const Grid& grid);
std::string position_text(const Grid& grid, std::uint32_t slice);
std::string spacing_text(const Grid& grid);

}  // namespace dcmflow
