#include "stages/database/earlier_run.h"

#include <algorithm>
#include <span>
#include <utility>

#include "stages/database/earlier_end.h"
#include "stages/database/files_fingerprint.h"
#include "stages/database/record_bytes.h"
#include "stages/database/sqlite.h"
#include "stages/database/stored_headers.h"

namespace dcmflow {
namespace {

std::span<const std::uint8_t> bytes_of(const SqlValue& value) {
  const auto* const bytes = std::get_if<SqlBytes>(&value);
  return bytes ? *bytes : std::span<const std::uint8_t>();
}

Problem damaged(const std::string& what) { return {Reason::catalogue_failed, "catalogue", what}; }

}  // namespace

class EarlierRun::Loading {
 public:
  Loading(Database& database, EarlierRun& run) : database_(database), run_(run) {}

  // Calls row(statement) for each row.
  template <class Row>
  Status each(const char* sql, Row&& row) {
    auto rows = database_.prepare(sql);
    if (!rows) return rows.problem();
    for (;;) {
      const auto next = rows->next();
      if (!next) return next.problem();
      if (!*next) return Done{};
      if (auto taken = row(*rows); !taken) return taken;
    }
  }

  Status last_run(std::string_view headers) {
    return each("SELECT began_ns, headers_fingerprint FROM runs ORDER BY id DESC LIMIT 1",
                [&](const SqlStatement& row) -> Status {
                  run_.began_ns_ = static_cast<std::uint64_t>(row.integer(0));
                  knows_headers_ = row.text(1) == headers;
                  return Done{};
                });
  }

  Status headers(const std::shared_ptr<const std::string>& root, const AttributeTable& table,
                 HeaderInterner& interner) {
    if (!knows_headers_) return Done{};
    return each("SELECT headers FROM series WHERE headers IS NOT NULL",
                [&](const SqlStatement& row) -> Status {
                  auto stored = load_headers(bytes_of(row.value(0)), root, table, interner);
                  if (!stored) return stored.problem();
                  run_.digests_.merge(stored->digests);
                  for (auto& instance : stored->instances)
                    run_.add({instance->file, std::move(instance), std::nullopt, false});
                  return Done{};
                });
  }

  Status other_files(const std::shared_ptr<const std::string>& root) {
    if (!knows_headers_) return Done{};
    return each("SELECT record FROM files WHERE record IS NOT NULL",
                [&](const SqlStatement& row) -> Status {
                  RecordReader in(bytes_of(row.value(0)));
                  auto file = read_file(in, root);
                  auto problem = read_problem(in, file->name);
                  if (in.failed() || !in.at_end()) return damaged("a file's record is damaged");
                  run_.add({std::move(file), nullptr, std::move(problem), false});
                  return Done{};
                });
  }

  Status images(const std::string& boot_id) {
    return each(
        "SELECT i.record, i.run, r.ended IS NOT NULL, coalesce(r.boot_id, '') FROM images i "
        "JOIN runs r ON r.id = i.run",
        [&](const SqlStatement& row) -> Status {
          auto image = load_image(bytes_of(row.value(0)));
          if (!image) return damaged("an image's record is damaged");
          if (row.integer(2) == 0 && row.text(3) != boot_id) return Done{};
          const auto name = image->file.name;
          run_.images_.emplace(name, std::move(*image));
          run_.runs_.emplace(name, row.integer(1));
          return Done{};
        });
  }

  Status side_files() {
    return each("SELECT name, made_of, size, modified_ns FROM side_files",
                [&](const SqlStatement& row) -> Status {
                  const std::string name(row.text(0));
                  run_.side_files_[name] = {name, std::string(row.text(1)),
                                            static_cast<std::uint64_t>(row.integer(2)),
                                            row.integer(3)};
                  return Done{};
                });
  }

 private:
  Database& database_;
  EarlierRun& run_;
  bool knows_headers_ = false;
};

Result<std::unique_ptr<EarlierRun>> EarlierRun::load(const std::string& folder,
                                                     const std::shared_ptr<const std::string>& root,
                                                     const std::string& boot_id,
                                                     const AttributeTable& table,
                                                     HeaderInterner& interner) {
  auto database = open_earlier(folder, Check::every_page);
  if (!database) return database.problem();
  if (!*database) return std::unique_ptr<EarlierRun>();
  auto run = std::make_unique<EarlierRun>();
  Loading loading(**database, *run);
  auto loaded = loading.last_run(headers_fingerprint(table));
  if (loaded) loaded = loading.headers(root, table, interner);
  if (loaded) loaded = loading.other_files(root);
  if (loaded) loaded = loading.images(boot_id);
  if (loaded) loaded = loading.side_files();
  if (loaded) return run;
  return damaged(loaded.problem().detail);
}

void EarlierRun::add(Known known) {
  const std::string_view name = known.file->name;
  known_.emplace(name, std::move(known));
}

bool EarlierRun::is_unchanged(const File& then, const File& now) const {
  return then.size == now.size && then.version.modified == now.version.modified &&
         then.version.changed == now.version.changed && is_settled(then);
}

bool EarlierRun::is_settled(const File& file) const {
  return file.version.changed + tick_ns(file.version) < began_ns_;
}

std::optional<Result<InstancePtr>> EarlierRun::find(const FilePtr& file) {
  const auto found = known_.find(file->name);
  if (found == known_.end() || !is_unchanged(*found->second.file, *file)) return std::nullopt;
  auto& known = found->second;
  ++seen_;
  known.is_met = true;
  if (!known.instance) return Result<InstancePtr>(*known.problem);  // set where there is none
  known.instance->file = file;
  return Result<InstancePtr>(InstancePtr(known.instance));
}

bool EarlierRun::has_met(const std::string& name) const {
  const auto found = known_.find(name);
  return found != known_.end() && found->second.is_met;
}

void EarlierRun::see(const Problem& problem) {
  const auto found = known_.find(problem.subject);
  if (found == known_.end()) return;
  const auto& known = found->second.problem;
  if (!known || known->reason != problem.reason || known->detail != problem.detail) return;
  found->second.is_met = true;
  ++seen_;
}

std::vector<EarlierRun::Other> EarlierRun::others() const {
  std::vector<Other> others;
  for (const auto& [name, known] : known_)
    if (!known.is_met)
      others.push_back({known.file, known.instance, known.problem ? &*known.problem : nullptr});
  std::ranges::sort(others, {},
                    [](const Other& other) { return std::string_view(other.file->name); });
  return others;
}

void EarlierRun::keep(const Other& other) {
  known_.at(other.file->name).is_met = true;
  ++seen_;
}

const std::vector<FrameDigest>* EarlierRun::digests_of(const Instance& instance) const {
  const auto found = digests_.find(&instance);
  return found == digests_.end() ? nullptr : &found->second;
}

const StoredImage* EarlierRun::find_image(const std::string& name, std::string_view made_of) const {
  const auto found = images_.find(name);
  return found != images_.end() && found->second.made_of == made_of ? &found->second : nullptr;
}

const SideFile* EarlierRun::find_side_file(const std::string& name,
                                           std::string_view made_of) const {
  const auto found = side_files_.find(name);
  return found != side_files_.end() && found->second.made_of == made_of ? &found->second : nullptr;
}

std::int64_t EarlierRun::run_of(const std::string& name) const {
  const auto found = runs_.find(name);
  return found == runs_.end() ? 0 : found->second;
}

}  // namespace dcmflow
