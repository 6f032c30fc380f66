#include "engine/verify_shards.h"

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>
#include <spdlog/spdlog.h>

#include <functional>
#include <map>
#include <set>
#include <string>
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

  void load(ShardPart part, MadeImages& made);
  void check_images(const MadeImages& made, std::size_t threads, const std::atomic<int>& stop);
  std::size_t faulty() const { return faulty_.size(); }

 private:
  std::string again(ShardPart part) const {
    return "dcmflow shard run " + printable(work_) + " --shard " + std::to_string(part.shard);
  }
  void tell(ShardPart part, const std::string& what) {
    faulty_.insert(part.shard);
    spdlog::error("shard {}: {}", words(part), what);
  }
  std::string anew(ShardPart part) const {
    return "remove " + printable(shard_folder(work_, part)) + " and run it again: " + again(part);
  }
  void is_other(ShardPart part, const std::string& file) {
    tell(part, printable(file) + " is not what was written; " + anew(part));
  }
  // What cannot be read may be whole all the same.
  void is_not_taken(ShardPart part, const std::string& file, const Problem& problem) {
    if (problem.reason != Reason::no_input) return is_other(part, file);
    tell(part,
         printable(file) + ' ' + problem.detail + "; where that cannot be mended, " + anew(part));
  }

  const std::string& work_;
  const ShardPlan& plan_;
  std::map<std::string, ShardPart> parts_;  // by the folder of their images
  std::set<std::size_t> faulty_;
};

void ShardVerifier::load(ShardPart part, MadeImages& made) {
  const auto folder = shard_folder(work_, part);
  FileError ignored;
  if (!fs::exists(folder, ignored)) return tell(part, "it is not done; run it: " + again(part));
  const auto manifest = read_manifest(work_, part);
  if (!manifest) return is_not_taken(part, folder + "/manifest.json", manifest.problem());
  if (manifest->plan_id != plan_.id)
    return tell(part, printable(folder) +
                          " is of another plan; remove it and run it again: " + again(part));
  const auto records = read_checked(folder + "/records", manifest->records_sha256);
  if (!records) return is_not_taken(part, folder + "/records", records.problem());
  if (!made.load(record_of(*records), folder + "/images"))
    return is_other(part, folder + "/records");
  parts_.emplace(folder + "/images", part);
}

void ShardVerifier::check_images(const MadeImages& made, std::size_t threads,
                                 const std::atomic<int>& stop) {
  const auto images = made.images();
  std::vector<std::string> changed(images.size());
  oneapi::tbb::task_arena arena(static_cast<int>(threads));
  arena.execute([&] {
    oneapi::tbb::parallel_for(std::size_t{0}, images.size(), [&](std::size_t i) {
      if (stop == 0) changed[i] = find_changed(*images[i]);
    });
  });
  for (std::size_t i = 0; i < images.size(); ++i)
    if (!changed[i].empty()) is_other(parts_.at(images[i]->folder), changed[i]);
  for (const auto& [name, sidecar] : made.sidecars())
    if (const auto path = find_changed(sidecar); !path.empty())
      is_other(parts_.at(sidecar.folder), path);
}

// Names of --name may tell of the patient, and a shard is found by its folder.
void hide_names_of(const MadeImages& made) {
  std::map<std::string, std::string, std::less<>> names;
  for (const auto* image : made.images())
    for (const auto& name : image->image->file.file_names) names[name] = "(an image)";
  for (const auto& [name, sidecar] : made.sidecars()) names[name] = "(a sidecar)";
  hide_names(std::move(names));
}

}  // namespace

bool load_shards(const ShardCall& call, const ShardPlan& plan, const Settings& settings,
                 const std::atomic<int>& stop, MadeImages& made) {
  const auto shards = plan.headers_sha256.size();
  ShardVerifier verifier(call, plan);
  for (std::size_t shard = 0; shard < shards && stop == 0; ++shard)
    for (ShardPart part{shard, 0}; part.part == 0 || is_wanted(call.work, part); ++part.part)
      verifier.load(part, made);
  if (settings.name) hide_names_of(made);
  verifier.check_images(made, settings.threads, stop);
  if (verifier.faulty() > 0)
    spdlog::error("merge: {} of {} shards are to be run; nothing was merged", verifier.faulty(),
                  shards);
  return verifier.faulty() == 0;
}

}  // namespace dcmflow
