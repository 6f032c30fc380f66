#include "stages/database/catalogue.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "stages/base/descriptor.h"
#include "stages/base/output_folder.h"
#include "stages/base/printable.h"
#include "stages/catalog/json_writer.h"
#include "stages/catalog/names.h"
#include "stages/database/catalogue_schema.h"
#include "stages/database/catalogue_views.h"
#include "stages/database/network_folder.h"
#include "stages/database/record_bytes.h"
#include "stages/database/stored_headers.h"
#include "stages/database/stored_image.h"
#include "stages/dicom/character_set.h"
#include "stages/formats/formats.h"
#include "stages/write_image.h"

namespace dcmflow {
namespace {

using Layout = JsonWriter::Layout;

constexpr std::array<const char*, 4> beside{"", "-wal", "-shm", "-journal"};

void remove_database(const std::string& path) {
  for (const auto* end : beside) unlink((path + end).c_str());
}

// An empty file, so that nobody else puts something under its name. Beside its place where there is
// no folder for temporary files that can be written.
std::string temporary_path(const std::string& path) {
  std::error_code error;
  const auto folder = std::filesystem::temp_directory_path(error);
  std::string pattern = (folder / "dcmflow-catalogue-XXXXXX").string();
  const Descriptor file(error ? -1 : mkstemp(pattern.data()));
  if (file) return pattern;
  auto beside_it = path + ".building.part";
  remove_database(beside_it);
  return beside_it;
}

// A file for temporary use is its owner's alone; the copy is for whoever may read other results.
Status copy_file(const std::string& from, const std::string& to) {
  namespace fs = std::filesystem;
  const Descriptor made(open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  struct stat found {};
  if (!made || fstat(made.get(), &found) != 0)
    return output_problem(to + " cannot be written", errno);
  std::error_code error;
  fs::copy_file(from, to, fs::copy_options::overwrite_existing, error);
  if (!error && fchmod(made.get(), found.st_mode & 07777) != 0)
    error = {errno, std::generic_category()};
  return error ? Status(output_problem(to + " cannot be written", error.value())) : Done{};
}

// A name of a file: text where it is one.
SqlValue name_value(std::string_view name) {
  if (is_utf8(name) && name.find('\0') == std::string_view::npos) return name;
  return SqlBytes(reinterpret_cast<const std::uint8_t*>(name.data()), name.size());
}

// What lies not in the file's bytes: it may read well another time.
constexpr std::array of_the_moment{Reason::unreadable, Reason::changed_during_run,
                                   Reason::exceeds_memory, Reason::interrupted,
                                   Reason::internal_error};

SqlBytes blob(const std::string& bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

SqlValue text_or_null(std::string_view text) {
  return text.empty() ? SqlValue(nullptr) : SqlValue(text);
}

template <class Range>
std::string json_list(const Range& range) {
  auto json = JsonWriter::to_text();
  json.values(range);
  auto text = json.take_text();
  text.pop_back();  // the line break
  return text;
}

std::string direction_json(const Grid& grid) {
  auto json = JsonWriter::to_text();
  json.array(Layout::one_line);
  for (const Vector3& axis : grid.direction) json.values(axis);
  json.end();
  auto text = json.take_text();
  text.pop_back();
  return text;
}

std::string attributes_json(const MetadataLevels& levels,
                            std::span<const std::pair<AttributeIndex, std::string_view>> rows) {
  auto json = JsonWriter::to_text();
  json.object(Layout::one_line);
  levels.write(json, rows);
  json.end();
  auto text = json.take_text();
  text.pop_back();
  return text;
}

// The runs of an earlier catalogue, which `to` is to go on with.
Status copy_runs(const std::string& path, Database& to) {
  if (access(path.c_str(), F_OK) != 0) return Done{};
  auto from = Database::open(path, Database::Open::create);
  if (!from) return from.problem();
  if (auto sound = check_catalogue(*from, Check::quick); !sound) return sound;
  auto rows = from->prepare(
      "SELECT id, version, input, settings, fingerprint, headers_fingerprint, boot_id, began, "
      "began_ns, ended, seconds, status, exit_code FROM runs ORDER BY id");
  if (!rows) return rows.problem();
  auto insert = to.prepare("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  if (!insert) return insert.problem();
  for (;;) {
    const auto row = rows->next();
    if (!row) return row.problem();
    if (!*row) return Done{};
    const auto added =
        insert->run(rows->value(0), rows->value(1), rows->value(2), rows->value(3), rows->value(4),
                    rows->value(5), rows->value(6), rows->value(7), rows->value(8), rows->value(9),
                    rows->value(10), rows->value(11), rows->value(12));
    if (!added) return added;
  }
}

}  // namespace

Catalogue::Catalogue(const std::string& folder, Written written, const AttributeTable& table,
                     bool no_patient)
    : table_(table),
      no_patient_(no_patient),
      levels_(table, no_patient),
      path_(catalogue_path(folder)),
      written_(written),
      building_path_(written == Written::elsewhere ? temporary_path(path_) : path_ + ".part") {}

Catalogue::~Catalogue() {
  if (written_ == Written::elsewhere) remove_database(building_path_);
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
  return there.end_run(end);
}

// Nobody knows its name yet, so nothing has to survive a kill.
Status Catalogue::create(const CatalogueRun& run) {
  constexpr std::size_t many_files = 4000;  // in larger pages they take less time, few more space
  if (written_ == Written::in_place) remove_database(building_path_);
  auto database = Database::open(building_path_, Database::Open::create);
  if (!database) return database.problem();
  database_ = std::move(*database);
  const std::string page_size = run.files < many_files ? "4096" : "16384";
  if (auto set = database_->execute("PRAGMA page_size = " + page_size +
                                    "; PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; "
                                    "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -8000;");
      !set)
    return set;
  if (auto made = migrate_catalogue(*database_); !made) return made;
  if (auto made = make_attribute_views(*database_, table_, no_patient_); !made) return made;
  if (auto copied = copy_runs(path_, *database_); !copied) {
    earlier_damage_ = copied.problem();
    if (auto emptied = database_->execute("DELETE FROM runs"); !emptied) return emptied;
  }
  // It tells of images that are gone.
  if (!run.goes_on || earlier_damage_) remove_database(path_);
  return Done{};
}

Status Catalogue::put_in_place() {
  close();
  // Whatever lies beside what was there would be taken for this one's.
  for (const auto* end : {"-wal", "-shm", "-journal"}) unlink((path_ + end).c_str());
  if (rename(building_path_.c_str(), path_.c_str()) != 0)
    return output_problem(path_ + " cannot be put in its place", errno);
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
  for (auto* statement :
       {&insert_study_, &insert_series_, &insert_file_, &insert_image_, &insert_image_file_,
        &insert_slice_, &insert_selection_, &insert_selected_})
    *statement = {};
  database_.reset();
}

Status Catalogue::copy_to_place() const {
  const std::string part = path_ + ".part";
  auto done = copy_file(building_path_, part);
  if (done && rename(part.c_str(), path_.c_str()) != 0)
    done = output_problem(path_ + " cannot be put in its place", errno);
  if (!done) unlink(part.c_str());
  return done;
}

Status Catalogue::prepare() {
  struct Row {
    SqlStatement& statement;
    const char* sql;
  };
  for (const auto& [statement, sql] : {
           Row{insert_study_, "INSERT INTO studies VALUES (?, ?, ?, ?)"},
           Row{insert_series_, "INSERT INTO series VALUES (?, ?, ?, ?, ?, ?, ?)"},
           Row{insert_file_, "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
           Row{insert_image_,
               "INSERT INTO images VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
               "?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
           Row{insert_image_file_, "INSERT INTO image_files VALUES (?, ?, ?, ?, ?)"},
           Row{insert_slice_, "INSERT INTO slices VALUES (?, ?, ?, ?)"},
           Row{insert_selection_, "INSERT INTO selections VALUES (?, ?, ?)"},
           Row{insert_selected_, "INSERT INTO selected_images VALUES (?, ?, ?, ?)"},
       }) {
    auto prepared = database_->prepare(sql);
    if (!prepared) return prepared.problem();
    statement = std::move(*prepared);
  }
  return database_->execute("BEGIN");
}

Status Catalogue::begin_run(const CatalogueRun& run) {
  auto insert = database_->prepare(
      "INSERT INTO runs (version, input, settings, fingerprint, headers_fingerprint, boot_id, "
      "began, began_ns) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  if (!insert) return insert.problem();
  if (auto added = insert->run(run.version, name_value(run.input), run.settings, run.fingerprint,
                               headers_fingerprint(table_), text_or_null(run.boot_id), run.began,
                               run.began_ns);
      !added)
    return added;
  const auto id = database_->number("SELECT last_insert_rowid()");
  if (!id) return id.problem();
  run_ = *id;
  return Done{};
}

Status Catalogue::add(const CatalogueSeries& series) {
  if (!told_series_.insert(series.id).second)
    if (auto forgotten = forget(series); !forgotten) return forgotten;
  if (!below_study_.contains(series.study_id))
    if (auto added = add_study(series); !added) return added;
  const auto level = levels_.series(*series.series, below_study_.at(series.study_id));
  // They hold what is left out.
  const auto headers = no_patient_
                           ? std::string()
                           : store_headers(series.series->instances,
                                           series.digests ? *series.digests : FrameDigests{});
  if (auto added =
          insert_series_.run(series.id, series.study_id, series.series->series_instance_uid,
                             series.series->instances.size(), attributes_json(levels_, level.here),
                             headers.empty() ? SqlValue(nullptr) : SqlValue(blob(headers)), run_);
      !added)
    return added;
  if (auto added = add_files(series, level.below); !added) return added;
  for (auto id = series.first_image_id; const CatalogueImage& image : series.images)
    if (auto added = add_image(series, id++, image); !added) return added;
  return Done{};
}

Status Catalogue::forget(const CatalogueSeries& series) {
  for (const auto* sql :
       {"DELETE FROM slices WHERE image IN (SELECT id FROM images WHERE series = ?)",
        "DELETE FROM image_files WHERE image IN (SELECT id FROM images WHERE series = ?)",
        "DELETE FROM images WHERE series = ?", "DELETE FROM files WHERE series = ?",
        "DELETE FROM series WHERE id = ?"}) {
    auto statement = database_->prepare(sql);
    if (!statement) return statement.problem();
    if (auto gone = statement->run(series.id); !gone) return gone;
  }
  return Done{};
}

Status Catalogue::add_study(const CatalogueSeries& series) {
  auto level = levels_.study(series.study);
  auto& below = below_study_[series.study_id] = std::move(level.below);
  static_cast<void>(below);
  return insert_study_.run(series.study_id, series.series->study_instance_uid,
                           series.series->patient, attributes_json(levels_, level.here));
}

Status Catalogue::add_files(const CatalogueSeries& series, std::span<const AttributeIndex> rows) {
  std::unordered_map<std::string_view, const Problem*> problems;
  for (const Problem& problem : series.not_converted) problems.emplace(problem.subject, &problem);
  file_ids_.clear();
  for (auto id = series.first_file_id; const InstancePtr& instance : series.series->instances) {
    const File& file = *instance->file;
    const auto found = problems.find(file.name);
    const Problem* const problem = found == problems.end() ? nullptr : found->second;
    const auto attributes = attributes_json(levels_, levels_.instance(*instance, rows));
    const auto disposition =
        problem ? severity_name(reason_row(problem->reason).severity) : "converted";
    if (auto added =
            insert_file_.run(id, name_value(file.name), file.size, file.version.modified,
                             file.version.changed, file.version.inode, disposition,
                             problem ? SqlValue(reason_code(problem->reason)) : SqlValue(nullptr),
                             problem ? text_or_null(problem->detail) : SqlValue(nullptr), series.id,
                             text_or_null(instance->sop_instance_uid()), attributes, nullptr);
        !added)
      return added;
    file_ids_.emplace(instance.get(), id++);
  }
  return Done{};
}

Status Catalogue::add_image(const CatalogueSeries& series, std::int64_t id,
                            const CatalogueImage& made) {
  const ImageFile& image = *made.file;
  const Stack& stack = *image.stack;
  const Grid& grid = stack.grid;
  const auto record = store_image(image, made.made_of);
  if (auto added = insert_image_.run(
          id, series.id, image.name, stack.is_main, text_or_null(stack.split_reason), grid.size[0],
          grid.size[1], grid.size[2], stack.volumes, text_or_null(stack.dimension), grid.spacing[0],
          grid.spacing[1], grid.spacing[2], grid.origin[0], grid.origin[1], grid.origin[2],
          direction_json(grid), grid.is_placed, grid.is_sheared, voxel_type_name(image.type),
          image.values.least, image.values.greatest, verdict_name(stack.verdict),
          json_list(stack.flags), stack.max_corner_error_mm, text_or_null(image.sha256),
          SqlValue(blob(record)), made.run != 0 ? made.run : run_);
      !added)
    return added;
  image_ids_[image.name] = id;
  for (std::size_t i = 0; i < image.file_names.size(); ++i)
    if (auto added = insert_image_file_.run(id, i, image.file_names[i], image.file_bytes[i],
                                            image.modified_ns[i]);
        !added)
      return added;
  for (std::size_t i = 0; i < stack.frames.size(); ++i) {
    const Frame& frame = stack.frames[i];
    if (auto added = insert_slice_.run(id, i, file_ids_.at(frame.instance.get()), frame.number);
        !added)
      return added;
  }
  return Done{};
}

Status Catalogue::add(std::int64_t id, const Problem& problem, const File* file) {
  const auto known = [&](std::uint64_t value) {
    return file ? sql_value(value) : SqlValue(nullptr);
  };
  const bool is_kept = std::ranges::find(of_the_moment, problem.reason) == of_the_moment.end();
  std::string record;
  if (is_kept) {
    RecordWriter out;
    write_file(out, file ? *file : File{nullptr, problem.subject, 0, {}});
    write_problem(out, problem);
    record = out.take();
  }
  return insert_file_.run(
      id, name_value(problem.subject), known(file ? file->size : 0),
      known(file ? file->version.modified : 0), known(file ? file->version.changed : 0),
      known(file ? file->version.inode : 0), severity_name(reason_row(problem.reason).severity),
      reason_code(problem.reason), text_or_null(problem.detail), nullptr, nullptr, nullptr,
      is_kept ? SqlValue(blob(record)) : SqlValue(nullptr));
}

Status Catalogue::add(const std::vector<ListedSelection>& selections) {
  for (std::int64_t id = 1; const ListedSelection& selection : selections) {
    if (auto added = insert_selection_.run(id, selection.name, selection.unmet); !added)
      return added;
    for (std::int64_t number = 0; const auto& [key, image] : selection.images)
      if (auto added = insert_selected_.run(id, number++, key, image_ids_.at(image->name)); !added)
        return added;
    ++id;
  }
  return Done{};
}

Status Catalogue::save() {
  if (written_ == Written::elsewhere || is_in_place_) return database_->execute("COMMIT; BEGIN");
  if (auto saved = database_->execute("COMMIT"); !saved) return saved;
  if (auto placed = put_in_place(); !placed) return placed;
  if (auto opened = open_again("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; "
                               "PRAGMA cache_size = -8000; PRAGMA wal_autocheckpoint = 4000;");
      !opened)
    return opened;
  return prepare();
}

Status Catalogue::finish(const CatalogueRunEnd& end, bool sync) {
  if (end.has_indexes)
    if (auto made = make_indexes(*database_); !made) return made;
  if (auto ended = end_run(end); !ended) return ended;
  if (auto saved = database_->execute("COMMIT"); !saved) return saved;
  if (written_ == Written::elsewhere) {
    if (auto copied = copy_to_place(); !copied) return copied;
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

Status Catalogue::amend(const CatalogueRunEnd& end) {
  if (!database_)
    if (auto opened = open_again(""); !opened) return opened;
  auto ended = end_run(end);
  return ended && written_ == Written::elsewhere ? copy_to_place() : ended;
}

Status Catalogue::end_run(const CatalogueRunEnd& end) {
  auto update = database_->prepare(
      "UPDATE runs SET ended = ?, seconds = ?, status = ?, exit_code = ? WHERE id = ?");
  if (!update) return update.problem();
  return update->run(end.ended, end.seconds, end.status, end.exit_code, run_);
}

void Catalogue::drop() {
  close();
  remove_database(building_path_);
  remove_database(path_);
}

void remove_catalogue(const std::string& folder) { remove_database(catalogue_path(folder)); }

}  // namespace dcmflow
