#pragma once
// The catalogue of an output folder: what its files are, which images were made of them, and by
// which run. Tables: catalogue_schema.h.

#include <cstdint>
#include <memory>
#include <optional>
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

struct CatalogueRun {
  std::string version;
  std::string input;
  std::string settings;     // JSON
  std::string fingerprint;  // of the release and of all settings that change an output
  std::string boot_id;
  std::string began;           // UTC
  std::uint64_t began_ns = 0;  // the same, since 1970: before it looked at a file
  bool goes_on = false;        // --resume
  std::size_t files = 0;       // how many there will be, about
};

struct CatalogueRunEnd {
  std::string ended;  // UTC
  double seconds = 0;
  std::string status;
  int exit_code = 0;
  // They make it faster to ask, and take a while: a run that was stopped has no time for them.
  bool has_indexes = true;
};

struct CatalogueImage {
  const ImageFile* file = nullptr;
  std::string made_of;   // see image_fingerprint()
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

  // In place of what was told of that series before, if it was.
  Status add(const CatalogueSeries& series);
  // A file of no series; null where nothing but its name is known.
  Status add(std::int64_t id, const Problem& problem, const File* file);
  // What selected-images.json lists.
  Status add(const std::vector<ListedSelection>& selections);
  // What was added so far survives a kill.
  Status save();
  // Keys and views are made, and the run has an end; with `sync` the disk has all of it.
  Status finish(const CatalogueRunEnd& end, bool sync);
  // The run ended otherwise. REQUIRES: finish().
  Status amend(const CatalogueRunEnd& end);
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
  Status forget(const CatalogueSeries& series);
  Status add_study(const CatalogueSeries& series);
  Status add_files(const CatalogueSeries& series, std::span<const AttributeIndex> rows);
  Status add_image(const CatalogueSeries& series, std::int64_t id, const CatalogueImage& image);
  Status add_slices(const CatalogueSeries& series, std::int64_t id, const Stack& stack);
  Status end_run(const CatalogueRunEnd& end);
  // Closes it under its final name.
  Status put_in_place();
  Status copy_to_place() const;

  const AttributeTable& table_;
  const bool no_patient_;
  MetadataLevels levels_;
  const std::string path_;  // where it is to be
  const Written written_;
  const std::string building_path_;  // where it is made; until the end when that is elsewhere
  bool is_in_place_ = false;
  std::optional<Database> database_;
  std::optional<Problem> earlier_damage_;
  std::int64_t run_ = 0;
  std::unordered_map<std::int64_t, std::vector<AttributeIndex>> below_study_;  // by study id
  std::unordered_set<std::int64_t> told_series_;
  std::unordered_map<const Instance*, std::int64_t> file_ids_;  // of the series at hand
  std::unordered_map<std::string_view, std::int64_t> image_ids_;
  SqlStatement insert_study_, insert_series_, insert_file_, insert_image_, insert_image_file_,
      insert_slice_, insert_selection_, insert_selected_;
};

// Removes the catalogue of a folder, where there is one.
void remove_catalogue(const std::string& folder);

}  // namespace dcmflow
