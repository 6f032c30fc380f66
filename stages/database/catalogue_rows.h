#pragma once
// The rows of the catalogue that tell of files, series, images and selections: what became of the
// files of a run. Tables: catalogue_schema.h.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "stages/catalog/metadata_levels.h"
#include "stages/catalog/sorted.h"
#include "stages/database/sqlite.h"
#include "stages/pixels/pixel_digests.h"
#include "stages/write_catalog.h"

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
  std::span<const Problem> not_converted;  // the subject is the file
  const FrameDigests* digests = nullptr;   // what was found of the pixels, where it was looked for
};

// For one thread at a time. Problems: catalogue_failed.
class CatalogueRows {
 public:
  // `no_patient` leaves out the rows of the patient's level, and the headers, which hold them.
  CatalogueRows(const AttributeTable& table, bool no_patient);

  // From now on rows go into `database`, which is to outlive what follows up to close().
  Status prepare(const Database& database);
  // Lets go of it; what was told is known.
  void close();

  // In place of what was told of that series before, if it was. `run`: the id of the one at work.
  Status add(const CatalogueSeries& series, std::int64_t run);
  // A file of no series; null where nothing but its name is known.
  Status add(std::int64_t id, const Problem& problem, const File* file);
  // One that selected-images.json lists; ids are from 1, in its order. REQUIRES: its images were
  // added; with the indexes it is fast.
  Status add(std::int64_t id, const ListedSelection& selection);
  // No series comes any more of the studies that were told so far: nothing is kept of them.
  void end_studies();

 private:
  Status forget(const CatalogueSeries& series);
  Status add_study(const CatalogueSeries& series);
  std::int64_t file_id(const Instance& instance) const;
  Status add_files(const CatalogueSeries& series, std::span<const AttributeIndex> rows);
  Status add_image(const CatalogueSeries& series, std::int64_t id, const CatalogueImage& image,
                   std::int64_t run);

  const bool no_patient_;
  MetadataLevels levels_;
  const Database* database_ = nullptr;
  std::unordered_map<std::int64_t, std::vector<AttributeIndex>> below_study_;  // by study id
  std::unordered_set<std::int64_t> told_series_;
  using FileId = std::pair<const Instance*, std::int64_t>;
  std::vector<FileId> file_ids_;  // of the series at hand, sorted
  SqlStatement insert_study_, insert_series_, insert_file_, insert_image_, insert_image_file_,
      insert_slice_, insert_selection_, insert_selected_;
};

}  // namespace dcmflow
