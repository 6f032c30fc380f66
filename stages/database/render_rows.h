#pragma once
// A series → what its rows in the catalogue say: all that takes time and needs no database, so that
// it is done beside the thread that has that.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stages/dicom/attribute_table.h"
#include "stages/dicom_types.h"
#include "stages/pixels/overview.h"
#include "stages/pixels/pixel_digests.h"

namespace dcmflow {

struct CatalogueImage {
  const ImageFile* file = nullptr;
  std::string made_of;   // see image_fingerprint()
  OverviewPtr overview;  // may be null
  std::int64_t run = 0;  // that made it; 0: this one
};

// A series and what became of it. The ids are the caller's: they do not depend on which series is
// done first.
struct CatalogueSeries {
  std::int64_t id = 0;
  std::int64_t study_id = 0;
  std::int64_t first_file_id = 0;        // of its instances, in their order
  std::int64_t first_image_id = 0;       // of its images, in their order
  std::span<const Series* const> study;  // all series of its study and patient
  const Series* series = nullptr;
  std::vector<CatalogueImage> images;
  std::vector<Problem> not_converted;     // the subject is the file
  const FrameDigests* digests = nullptr;  // what was found of the pixels, where it was looked for
};

struct SeriesRows {
  // What all its instances have with one value, by row: that too which rises to the study where its
  // other series have it so. Texts are views of the instances.
  std::vector<std::pair<AttributeIndex, std::string_view>> attributes;
  std::string headers;                 // see store_headers(); empty: none are kept
  std::string files;                   // one after the other, an object for each instance
  std::vector<std::size_t> file_ends;  // where each of them ends in `files`
  std::vector<std::string> images;     // see store_image(); one for each image
};

// `no_patient` leaves out the rows of the patient's level, and the headers, which hold them. Pure;
// thread-safe. No Problems.
SeriesRows render_rows(const CatalogueSeries& series, const AttributeTable& table, bool no_patient);

}  // namespace dcmflow
