#include "engine/write_plan.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "engine/catalogue_run.h"
#include "engine/choose_images.h"
#include "engine/option_files.h"
#include "engine/shard_steps.h"
#include "stages/base/keyed_records.h"
#include "stages/database/fingerprint.h"
#include "stages/database/scan_records.h"
#include "stages/discover_files.h"

namespace dcmflow {
namespace {

// The series of each shard, in their order: the largest first, to whichever has least. Those of one
// UID, of several patients, stay together: which of them is first follows from all.
std::vector<std::vector<std::size_t>> distribute(const Run& run, const PlannedSeries& planned,
                                                 std::size_t shards) {
  struct Group {
    std::uint64_t cost = 0;
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  std::vector<Group> groups;
  for (std::size_t i = 0; i < run.series.size(); ++i) {
    if (run.series[i]->patient == 0) groups.push_back({0, i, i});
    groups.back().cost += planned.cost(i);
    groups.back().end = i + 1;
  }
  std::ranges::stable_sort(groups, std::ranges::greater(), &Group::cost);
  std::set<std::pair<std::uint64_t, std::size_t>> loads;
  for (std::size_t shard = 0; shard < shards; ++shard) loads.emplace(0, shard);
  std::vector<std::vector<std::size_t>> series(shards);
  for (const Group& group : groups) {
    const auto [load, shard] = loads.extract(loads.begin()).value();
    for (auto i = group.begin; i < group.end; ++i) series[shard].push_back(i);
    loads.emplace(load + group.cost, shard);
  }
  for (auto& one : series) std::ranges::sort(one);
  return series;
}

class PlanWriter {
 public:
  PlanWriter(const Run& run, const ShardCall& call, const PlannedSeries& planned,
             const Attempt& attempt)
      : run_(run), call_(call), planned_(planned), attempt_(attempt) {
    if (run.settings.images == ImagesToWrite::selected) kept_ = find_kept(run);
  }

  Status write(const FoundFiles& found);

 private:
  std::vector<ShardImage> images_of(std::size_t series);
  Result<std::string> write_headers(std::size_t shard, const std::vector<std::size_t>& series);

  const Run& run_;
  const ShardCall& call_;
  const PlannedSeries& planned_;
  const Attempt& attempt_;
  std::set<std::string_view> kept_;  // under --images selected
  std::size_t images_ = 0;           // that are chosen
};

std::vector<ShardImage> PlanWriter::images_of(std::size_t series) {
  const bool all = run_.settings.images == ImagesToWrite::all;
  std::vector<ShardImage> images;
  for (const Stack& stack : run_.sorted[series].stacks) {
    images.push_back({stack.image_stem, all || kept_.contains(stack.image_stem)});
    images_ += images.back().is_chosen ? 1 : 0;
  }
  return images;
}

Result<std::string> PlanWriter::write_headers(std::size_t shard,
                                              const std::vector<std::size_t>& series) {
  auto file = KeyedFile::create(attempt_.path(), headers_name(shard));
  if (!file) return file.problem();
  for (const auto i : series) {
    const auto headers = planned_.headers(i);
    if (!headers) return headers.problem();
    const Series& one = *run_.series[i];
    if (auto added = file->add(series_key(one.study_instance_uid, one.series_instance_uid),
                               store_planned_series(*headers, images_of(i), planned_.size(i)));
        !added)
      return added.problem();
  }
  return file->commit();
}

Status PlanWriter::write(const FoundFiles& found) {
  ShardPlan plan{.id = {},
                 .outputs = outputs_fingerprint(run_.settings, run_.table),
                 .input = call_.input,
                 .root = root_of_names(call_.input),
                 .options = without_machine_options(call_.options),
                 .variables = call_.variables,
                 .files = hashes_of(call_.files),
                 .images = 0,
                 .found_sha256 = {},
                 .headers_sha256 = {}};
  const auto shards = distribute(run_, planned_, call_.number);
  for (std::size_t shard = 0; shard < shards.size(); ++shard) {
    auto sha256 = write_headers(shard, shards[shard]);
    if (!sha256) return sha256.problem();
    plan.headers_sha256.push_back(std::move(*sha256));
  }
  for (const auto& [option, text] : call_.files)
    if (auto written = attempt_.write(file_of_option(option), text); !written) return written;
  plan.images = images_;
  const auto files = store_found_files(found);
  if (auto written = attempt_.write("found", files); !written) return written;
  plan.found_sha256 = fingerprint(files);
  return attempt_.write("plan.json", shard_plan_text(plan));
}

}  // namespace

Status write_plan(const Run& run, const ShardCall& call, const PlannedSeries& series,
                  const FoundFiles& found, const Attempt& attempt) {
  return PlanWriter(run, call, series, attempt).write(found);
}

}  // namespace dcmflow
