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
#include "stages/database/render_rows.h"
#include "stages/database/sqlite.h"
#include "stages/write_catalog.h"

namespace dcmflow {

// For one thread at a time. Problems: catalogue_failed.
class CatalogueRows {
 public:
  // `no_patient`: as in render_rows().
  CatalogueRows(const AttributeTable& table, bool no_patient);

  // From now on rows go into `database`, which is to outlive what follows up to close().
  Status prepare(const Database& database);
  // Lets go of it; what was told is known.
  void close();

  // In place of what was told of that series before, if it was. `rows`: what render_rows() made of
  // it. `run`: the id of the one at work.
  Status add(const CatalogueSeries& series, const SeriesRows& rows, std::int64_t run);
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
  // The attributes that stand in the row of the series: what did not rise to the study.
  std::string series_json(const CatalogueSeries& series, const SeriesRows& rows) const;
  Status add_files(const CatalogueSeries& series, const SeriesRows& rows);
  Status add_image(const CatalogueSeries& series, std::int64_t id, const CatalogueImage& image,
                   const std::string& record, std::int64_t run);

  MetadataLevels levels_;
  const Database* database_ = nullptr;
  // By study id: the rows that did not rise to it, in order.
  std::unordered_map<std::int64_t, std::vector<AttributeIndex>> below_study_;
  std::unordered_set<std::int64_t> told_series_;
  using FileId = std::pair<const Instance*, std::int64_t>;
  std::vector<FileId> file_ids_;  // of the series at hand, sorted
  SqlStatement insert_study_, insert_series_, insert_file_, insert_image_, insert_image_file_,
      insert_slice_, insert_selection_, insert_selected_;
};

}  // namespace dcmflow
