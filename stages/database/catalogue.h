#pragma once
// The catalogue of an output folder: what its files are, which images were made of them, and by
// which run. Tables: catalogue_schema.h.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "stages/catalog/sorted.h"
#include "stages/database/catalogue_rows.h"
#include "stages/database/catalogue_runs.h"
#include "stages/database/side_file.h"
#include "stages/database/sqlite.h"

namespace dcmflow {

// For one thread at a time. Problems: catalogue_failed. After one the catalogue is not to be
// trusted: drop() it.
class Catalogue {
 public:
  enum class Written : std::uint8_t { in_place, elsewhere };
  // elsewhere for network folders.
  static Written where(const std::string& folder);

  // A new one in place of what is there; of an earlier one only the runs are kept. From its first
  // save() on it is written where it stands, through a log, so that whenever the process is killed
  // it is sound and tells what was saved. Written elsewhere (in the folder for temporary files) it
  // is there from finish() on.
  // Of a run that goes on, what is there stays until the first save(): it was taken over.
  static Result<std::unique_ptr<Catalogue>> begin(const std::string& folder, Written written,
                                                  const CatalogueRun& run,
                                                  const AttributeTable& table, bool no_patient);
  // Only that a run found nothing to do, in the catalogue that is there.
  static Status add_run(const std::string& folder, const CatalogueRun& run,
                        const CatalogueRunEnd& end, const AttributeTable& table);
  ~Catalogue();

  // Why the runs of an earlier catalogue could not be taken over.
  const std::optional<Problem>& earlier_damage() const { return earlier_damage_; }

  // In place of what was told of that series before, if it was. `rows`: what render_rows() made of
  // it.
  Status add(const CatalogueSeries& series, const SeriesRows& rows);
  // A file of no series; null where nothing but its name is known.
  Status add(std::int64_t id, const Problem& problem, const File* file);
  // See CatalogueRows.
  Status add(std::int64_t id, const ListedSelection& selection);
  void end_studies() { rows_.end_studies(); }
  // What was added so far survives a kill.
  Status save();
  // Makes the indexes, where they are missing: over what was added so far in one go, which is
  // faster than row by row; what comes later joins them.
  Status index();
  // All that was added is in its place; with `sync` the disk has it.
  Status finish(bool sync);
  // The files beside the images, which have their names now, and how the run ended: the last thing
  // that it says, so that no run that was killed tells that it came to its end. REQUIRES: finish().
  Status conclude(const CatalogueRunEnd& end, const EachSideFile& each_side_file, bool sync);
  // Removes it.
  void drop();

 private:
  Catalogue(const std::string& folder, Written written, const AttributeTable& table,
            bool no_patient);
  Status create(const CatalogueRun& run);
  void close();
  Status open_again(const char* settings);
  Status prepare();
  Status begin_run(const CatalogueRun& run);
  // Closes it under its final name.
  Status put_in_place();

  const AttributeTable& table_;
  const bool no_patient_;
  const std::string path_;  // where it is to be
  const Written written_;
  const std::string building_path_;  // where it is made; until the end when that is elsewhere
  bool is_in_place_ = false;
  std::optional<Database> database_;
  CatalogueRows rows_;  // ends before the database
  std::optional<Problem> earlier_damage_;
  std::int64_t run_ = 0;
};

// Removes the catalogue of a folder, where there is one.
void remove_catalogue(const std::string& folder);

}  // namespace dcmflow
