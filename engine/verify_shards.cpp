#include "engine/verify_shards.h"

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>
#include <spdlog/spdlog.h>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/hidden_names.h"
#include "engine/shard_steps.h"
#include "stages/base/filesystem.h"
#include "stages/base/printable.h"

namespace dcmflow {
namespace {

class ShardVerifier {
 public:
  ShardVerifier(const ShardCall& call, const ShardPlan& plan) : work_(call.work), plan_(plan) {}

  // The records of a part; nullopt: told.
  std::optional<std::string> load(ShardPart part, MadeImages& made);
  // Whether all are as they were written.
  bool check_images(ShardPart part, const MadeImages& made, std::size_t threads,
                    const std::atomic<int>& stop);
  std::size_t faulty() const { return faulty_.size(); }

 private:
  std::string again(ShardPart part) const {
    return "dcmflow shard run " + printable(work_) + " --shard " + std::to_string(part.shard);
  }
  std::nullopt_t tell(ShardPart part, const std::string& what) {
    faulty_.insert(part.shard);
    spdlog::error("shard {}: {}", words(part), what);
    return std::nullopt;
  }
  std::string anew(ShardPart part) const {
    return "remove " + printable(shard_folder(work_, part)) + " and run it again: " + again(part);
  }
  std::nullopt_t is_other(ShardPart part, const std::string& file) {
    return tell(part, printable(file) + " is not what was written; " + anew(part));
  }
  // What cannot be read may be whole all the same.
  std::nullopt_t is_not_taken(ShardPart part, const std::string& file, const Problem& problem) {
    if (problem.reason != Reason::no_input) return is_other(part, file);
    return tell(part, printable(file) + ' ' + problem.detail + "; where that cannot be mended, " +
                          anew(part));
  }

  const std::string& work_;
  const ShardPlan& plan_;
  std::set<std::size_t> faulty_;
};

std::optional<std::string> ShardVerifier::load(ShardPart part, MadeImages& made) {
  const auto folder = shard_folder(work_, part);
  FileError ignored;
  if (!fs::exists(folder, ignored)) return tell(part, "it is not done; run it: " + again(part));
  const auto manifest = read_manifest(work_, part);
  if (!manifest) return is_not_taken(part, folder + "/manifest.json", manifest.problem());
  if (manifest->plan_id != plan_.id)
    return tell(part, printable(folder) +
                          " is of another plan; remove it and run it again: " + again(part));
  auto records = read_checked(folder + "/records", manifest->records_sha256);
  if (!records) return is_not_taken(part, folder + "/records", records.problem());
  if (!made.load(record_of(*records), folder + "/images"))
    return is_other(part, folder + "/records");
  return std::move(*records);
}

bool ShardVerifier::check_images(ShardPart part, const MadeImages& made, std::size_t threads,
                                 const std::atomic<int>& stop) {
  const auto images = made.images();
  std::vector<std::string> changed(images.size());
  oneapi::tbb::task_arena arena(static_cast<int>(threads));
  arena.execute([&] {
    oneapi::tbb::parallel_for(std::size_t{0}, images.size(), [&](std::size_t i) {
      if (stop == 0) changed[i] = find_changed(*images[i]);
    });
  });
  for (const auto& [name, sidecar] : made.sidecars())
    if (stop == 0) changed.push_back(find_changed(sidecar));
  std::erase(changed, "");
  for (const auto& path : changed) is_other(part, path);
  return changed.empty() && stop == 0;
}

// Names of --name and --layout may tell of the patient, and a shard is found by its folder.
void hide_names_of(const MadeImages& made) {
  std::map<std::string, std::string, std::less<>> names;
  for (const auto* image : made.images())
    for (const auto& name : image->image->file.file_names) names[name] = "(an image)";
  for (const auto& [name, sidecar] : made.sidecars()) names[name] = "(a sidecar)";
  hide_names(std::move(names));
}

}  // namespace

Result<bool> verify_shards(const ShardCall& call, const ShardPlan& plan, const Settings& settings,
                           const std::atomic<int>& stop, const TakeRecords& take) {
  const auto shards = plan.headers_sha256.size();
  ShardVerifier verifier(call, plan);
  for (std::size_t shard = 0; shard < shards; ++shard)
    for (ShardPart part{shard, 0}; part.part == 0 || is_wanted(call.work, part); ++part.part) {
      MadeImages made;
      const auto records = verifier.load(part, made);
      if (!settings.layout.names_by_uid()) hide_names_of(made);
      const bool is_whole = records && verifier.check_images(part, made, settings.threads, stop);
      if (stop != 0) return false;
      if (is_whole && take)
        if (auto taken = take(part, *records); !taken) return taken.problem();
    }
  if (verifier.faulty() > 0)
    spdlog::error("merge: {} of {} shards are to be run; nothing was merged", verifier.faulty(),
                  shards);
  return verifier.faulty() == 0;
}

Result<std::string> read_records(const std::string& work, const ShardPlan& plan, ShardPart part) {
  const auto manifest = read_manifest(work, part);
  if (!manifest) return manifest.problem();
  const auto folder = shard_folder(work, part);
  if (manifest->plan_id != plan.id)
    return Problem{Reason::catalogue_failed, printable(folder), "is of another plan"};
  return read_checked(folder + "/records", manifest->records_sha256);
}

}  // namespace dcmflow
