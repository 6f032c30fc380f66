#include "stages/database/catalogue.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>
#include <vector>

#include "stages/base/filesystem.h"
#include "stages/base/name_digest.h"
#include "stages/base/output_folder.h"
#include "stages/database/catalogue_file.h"
#include "stages/database/catalogue_schema.h"
#include "stages/database/catalogue_views.h"
#include "stages/database/network_folder.h"

namespace dcmflow {
namespace {

// Whether digests stand for all inputs of a run: one, or several between ", ", the last one with
// the number of its paths where it is a list.
bool is_hidden(std::string_view input) {
  constexpr std::size_t digits = 32;
  for (;;) {
    if (input.find_first_not_of("0123456789abcdef") < digits || input.size() < digits) return false;
    input.remove_prefix(digits);
    if (input.starts_with(", ")) {
      input.remove_prefix(2);
      continue;
    }
    if (!input.starts_with(" (")) return input.empty();
    input.remove_prefix(2);
    input.remove_prefix(std::min(input.find_first_not_of("0123456789,"), input.size()));
    return input == " path)" || input == " paths)";
  }
}

// The inputs of the runs that are there; nothing of them stays in free space of the file.
Status hide_inputs(Database& database) {
  struct Shown {
    std::int64_t id;
    std::string digest;
  };
  std::vector<Shown> shown;
  auto rows = database.prepare("SELECT id, input FROM runs");
  if (!rows) return rows.problem();
  for (;;) {
    const auto row = rows->next();
    if (!row) return row.problem();
    if (!*row) break;
    const auto input = rows->text(1);
    if (!is_hidden(input)) shown.push_back({rows->integer(0), name_digest(input)});
  }
  if (auto set = database.execute("PRAGMA secure_delete = ON"); !set) return set;
  auto update = database.prepare("UPDATE runs SET input = ? WHERE id = ?");
  if (!update) return update.problem();
  for (const auto& [id, digest] : shown)
    if (auto updated = update->run(digest, id); !updated) return updated;
  return database.execute("PRAGMA secure_delete = OFF");
}

}  // namespace

Catalogue::Catalogue(const std::string& folder, Written written, const AttributeTable& table,
                     bool no_patient)
    : table_(table),
      no_patient_(no_patient),
      path_(catalogue_path(folder)),
      written_(written),
      building_path_(written == Written::elsewhere ? temporary_path(path_) : path_ + ".part"),
      rows_(table, no_patient) {}

Catalogue::~Catalogue() {
  close();
  if (!is_in_place_) remove_database(building_path_);
}

Catalogue::Written Catalogue::where(const std::string& folder) {
  return is_on_network(folder) ? Written::elsewhere : Written::in_place;
}

Result<std::unique_ptr<Catalogue>> Catalogue::begin(const std::string& folder, Written written,
                                                    const CatalogueRun& run,
                                                    const AttributeTable& table, bool no_patient) {
  std::unique_ptr<Catalogue> made(new Catalogue(folder, written, table, no_patient));
  auto done = made->create(run);
  if (done) done = made->prepare();
  if (done) done = made->begin_run(run);
  if (done) return made;
  made->drop();
  return done.problem();
}

Status Catalogue::add_run(const std::string& folder, const CatalogueRun& run,
                          const CatalogueRunEnd& end, const AttributeTable& table) {
  Catalogue there(folder, Written::in_place, table, false);
  if (auto opened = there.open_again(""); !opened) return opened;
  if (auto begun = there.begin_run(run); !begun) return begun;
  return end_run(*there.database_, there.run_, end);
}

// Nobody knows its name yet, so nothing has to survive a kill.
Status Catalogue::create(const CatalogueRun& run) {
  constexpr std::size_t many_files = 4000;  // in larger pages they take less time, few more space
  if (written_ == Written::in_place) remove_database(building_path_);
  Database::put_temporary_files_in(fs::path(building_path_).parent_path().string());
  auto database = Database::open(building_path_, Database::Open::create);
  if (!database) return database.problem();
  database_ = std::move(*database);
  const std::string page_size = run.files < many_files ? "4096" : "16384";
  if (auto set = database_->execute("PRAGMA page_size = " + page_size +
                                    "; PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; "
                                    "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -1000;");
      !set)
    return set;
  if (auto made = migrate_catalogue(*database_); !made) return made;
  if (auto made = make_attribute_views(*database_, table_, no_patient_); !made) return made;
  auto copied = copy_runs(path_, *database_);
  if (copied && no_patient_) copied = hide_inputs(*database_);
  if (!copied) {
    earlier_damage_ = copied.problem();
    if (auto emptied = database_->execute("DELETE FROM runs"); !emptied) return emptied;
  }
  // It tells of images that are gone.
  if (!run.goes_on || earlier_damage_) remove_database(path_);
  return Done{};
}

Status Catalogue::put_in_place() {
  close();
  if (auto moved = move_database(building_path_, path_); !moved) return moved;
  is_in_place_ = true;
  return Done{};
}

Status Catalogue::open_again(const char* settings) {
  auto database = Database::open(path_, Database::Open::create);
  if (!database) return database.problem();
  database_ = std::move(*database);
  return database_->execute(settings);
}

void Catalogue::close() {
  rows_.close();
  database_.reset();
}

Status Catalogue::prepare() {
  if (auto prepared = rows_.prepare(*database_); !prepared) return prepared;
  return database_->execute("BEGIN");
}

Status Catalogue::begin_run(const CatalogueRun& run) {
  const auto id = dcmflow::begin_run(*database_, run, table_);
  if (!id) return id.problem();
  run_ = *id;
  return Done{};
}

Status Catalogue::add(const CatalogueSeries& series, const SeriesRows& rows) {
  return rows_.add(series, rows, run_);
}

Status Catalogue::add(std::int64_t id, const Problem& problem, const File* file) {
  return rows_.add(id, problem, file);
}

Status Catalogue::add(std::int64_t id, const ListedSelection& selection) {
  return rows_.add(id, selection);
}

Status Catalogue::save() {
  if (written_ == Written::elsewhere || is_in_place_) return database_->execute("COMMIT; BEGIN");
  if (auto saved = database_->execute("COMMIT"); !saved) return saved;
  if (auto placed = put_in_place(); !placed) return placed;
  if (auto opened = open_again("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; "
                               "PRAGMA cache_size = -1000; PRAGMA wal_autocheckpoint = 4000;");
      !opened)
    return opened;
  return prepare();
}

Status Catalogue::index() {
  // It sorts in as much memory as its cache has.
  if (auto set = database_->execute("PRAGMA cache_size = -500"); !set) return set;
  return make_indexes(*database_);
}

Status Catalogue::finish(bool sync) {
  if (auto saved = database_->execute("COMMIT"); !saved) return saved;
  if (written_ == Written::elsewhere) {
    if (auto copied = copy_database(building_path_, path_); !copied) return copied;
    close();
  } else if (!is_in_place_) {
    if (auto placed = put_in_place(); !placed) return placed;
  } else {
    // At rest it is one plain file, which can be read from read-only media, too. Somebody who reads
    // meanwhile may forbid that; then it stays with its log.
    static_cast<void>(database_->execute("PRAGMA wal_checkpoint(TRUNCATE)"));
    static_cast<void>(database_->execute("PRAGMA journal_mode = DELETE"));
    close();
  }
  if (!sync) return Done{};
  struct stat found {};
  if (stat(path_.c_str(), &found) != 0) return output_problem(path_ + " is gone", errno);
  return check_output(path_, "catalogue.sqlite", static_cast<std::uint64_t>(found.st_size), true);
}

Status Catalogue::conclude(const CatalogueRunEnd& end, const EachSideFile& each_side_file,
                           bool sync) {
  // Through a rollback journal: that is sound on network folders, too.
  const auto* const settings = sync ? "PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL"
                                    : "PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = OFF";
  if (auto opened = open_again(settings); !opened) return opened;
  auto ended = database_->execute("BEGIN");
  if (ended && each_side_file) ended = add_side_files(*database_, each_side_file);
  if (ended) ended = end_run(*database_, run_, end);
  if (ended) ended = database_->execute("COMMIT");
  close();
  return ended;
}

void Catalogue::drop() {
  close();
  remove_database(building_path_);
  remove_database(path_);
}

void remove_catalogue(const std::string& folder) { remove_database(catalogue_path(folder)); }

}  // namespace dcmflow
