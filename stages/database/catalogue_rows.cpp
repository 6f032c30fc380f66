#include "stages/database/catalogue_rows.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "stages/base/of_the_moment.h"
#include "stages/catalog/names.h"
#include "stages/database/record_bytes.h"
#include "stages/database/row_values.h"
#include "stages/formats/formats.h"
#include "stages/write_image.h"

namespace dcmflow {

CatalogueRows::CatalogueRows(const AttributeTable& table, bool no_patient)
    : levels_(table, no_patient) {}

Status CatalogueRows::prepare(const Database& database) {
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
           Row{insert_selected_,
               "INSERT INTO selected_images VALUES (?, ?, ?, (SELECT id FROM images WHERE name = "
               "?))"},
       }) {
    auto prepared = database.prepare(sql);
    if (!prepared) return prepared.problem();
    statement = std::move(*prepared);
  }
  database_ = &database;
  return Done{};
}

void CatalogueRows::close() {
  for (auto* statement :
       {&insert_study_, &insert_series_, &insert_file_, &insert_image_, &insert_image_file_,
        &insert_slice_, &insert_selection_, &insert_selected_})
    *statement = {};
  database_ = nullptr;
}

std::string CatalogueRows::series_json(const CatalogueSeries& series,
                                       const SeriesRows& rows) const {
  const auto& below_study = below_study_.at(series.study_id);
  auto attributes = rows.attributes;
  std::erase_if(attributes, [&](const auto& attribute) {
    return !std::ranges::binary_search(below_study, attribute.first);
  });
  return attributes_json(levels_, attributes);
}

Status CatalogueRows::add(const CatalogueSeries& series, const SeriesRows& rows, std::int64_t run) {
  if (!told_series_.insert(series.id).second)
    if (auto forgotten = forget(series); !forgotten) return forgotten;
  if (!below_study_.contains(series.study_id))
    if (auto added = add_study(series); !added) return added;
  if (auto added = insert_series_.run(
          series.id, series.study_id, series.series->series_instance_uid,
          series.series->instances.size(), series_json(series, rows),
          rows.headers.empty() ? SqlValue(nullptr) : SqlValue(blob(rows.headers)), run);
      !added)
    return added;
  if (auto added = add_files(series, rows); !added) return added;
  for (std::size_t i = 0; i < series.images.size(); ++i)
    if (auto added = add_image(series, series.first_image_id + static_cast<std::int64_t>(i),
                               series.images[i], rows.images[i], run);
        !added)
      return added;
  return Done{};
}

Status CatalogueRows::forget(const CatalogueSeries& series) {
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

Status CatalogueRows::add_study(const CatalogueSeries& series) {
  auto level = levels_.study(series.study);
  auto& below = below_study_[series.study_id] = std::move(level.below);
  static_cast<void>(below);
  return insert_study_.run(series.study_id, series.series->study_instance_uid,
                           series.series->patient, attributes_json(levels_, level.here));
}

Status CatalogueRows::add_files(const CatalogueSeries& series, const SeriesRows& rows) {
  std::unordered_map<std::string_view, const Problem*> problems;
  for (const Problem& problem : series.not_converted) problems.emplace(problem.subject, &problem);
  file_ids_.clear();
  std::size_t begin = 0;
  for (std::size_t i = 0; i < series.series->instances.size(); ++i) {
    const InstancePtr& instance = series.series->instances[i];
    const auto id = series.first_file_id + static_cast<std::int64_t>(i);
    const std::size_t end = rows.file_ends[i];
    const auto attributes = std::string_view(rows.files).substr(begin, end - begin);
    begin = end;
    const File& file = *instance->file;
    const auto found = problems.find(file.name);
    const Problem* const problem = found == problems.end() ? nullptr : found->second;
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
    file_ids_.emplace_back(instance.get(), id);
  }
  std::ranges::sort(file_ids_);
  return Done{};
}

// Every frame of an image is of an instance of its series.
std::int64_t CatalogueRows::file_id(const Instance& instance) const {
  const auto found = std::ranges::lower_bound(file_ids_, &instance, {}, &FileId::first);
  return found->second;
}

Status CatalogueRows::add_image(const CatalogueSeries& series, std::int64_t id,
                                const CatalogueImage& made, const std::string& record,
                                std::int64_t run) {
  const ImageFile& image = *made.file;
  const Stack& stack = *image.stack;
  const Grid& grid = stack.grid;
  if (auto added = insert_image_.run(
          id, series.id, image.name, stack.is_main, text_or_null(stack.split_reason), grid.size[0],
          grid.size[1], grid.size[2], stack.volumes, text_or_null(stack.dimension), grid.spacing[0],
          grid.spacing[1], grid.spacing[2], grid.origin[0], grid.origin[1], grid.origin[2],
          direction_json(grid), grid.is_placed, grid.is_sheared, voxel_type_name(image.type),
          image.values.least, image.values.greatest, verdict_name(stack.verdict),
          json_list(stack.flags), stack.max_corner_error_mm, text_or_null(image.sha256),
          SqlValue(blob(record)), made.run != 0 ? made.run : run);
      !added)
    return added;
  for (std::size_t i = 0; i < image.file_names.size(); ++i)
    if (auto added = insert_image_file_.run(id, i, image.file_names[i], image.file_bytes[i],
                                            image.modified_ns[i]);
        !added)
      return added;
  for (std::size_t i = 0; i < stack.frames.size(); ++i) {
    const Frame& frame = stack.frames[i];
    if (auto added = insert_slice_.run(id, i, file_id(*frame.instance), frame.number); !added)
      return added;
  }
  return Done{};
}

Status CatalogueRows::add(std::int64_t id, const Problem& problem, const File* file) {
  const auto known = [&](std::uint64_t value) {
    return file ? sql_value(value) : SqlValue(nullptr);
  };
  const bool is_kept = !is_of_the_moment(problem.reason);
  std::string record;
  if (is_kept) {
    RecordWriter out;
    File known_file{.name = problem.subject};
    if (file) known_file = *file;
    known_file.extras.reset();  // outputs have no hidden name
    write_file(out, known_file);
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

Status CatalogueRows::add(std::int64_t id, const ListedSelection& selection) {
  if (auto added = insert_selection_.run(id, selection.name, selection.unmet); !added) return added;
  for (std::int64_t number = 0; const auto& [key, image] : selection.images)
    if (auto added = insert_selected_.run(id, number++, key, image->name); !added) return added;
  return Done{};
}

void CatalogueRows::end_studies() {
  below_study_.clear();
  told_series_.clear();
}

}  // namespace dcmflow
