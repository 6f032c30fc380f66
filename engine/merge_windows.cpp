#include "engine/merge_windows.h"

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/read_headers.h"
#include "engine/series_window.h"
#include "stages/group_series.h"

namespace dcmflow {
namespace {

// See series_key().
std::string study_of(std::string_view key) { return std::string(key.substr(0, key.find('\0'))); }

}  // namespace

Result<MergedRecords> MergeWindows::merge() const {
  std::vector<KeyedReader> readers;
  for (std::size_t shard = 0; shard < plan_.headers_sha256.size(); ++shard) {
    auto reader = KeyedReader::open(plan_folder(call_.work) + '/' + headers_name(shard),
                                    plan_.headers_sha256[shard]);
    if (!reader) return reader.problem();
    readers.push_back(std::move(*reader));
  }
  return MergedRecords(std::move(readers));
}

Status MergeWindows::read_ahead() {
  const auto more = records_->next(ahead_);
  if (!more) return more.problem();
  has_more_ = *more;
  return Done{};
}

Status MergeWindows::open(GivenInput& given) {
  given.planned_images = plan_.images;
  for (const bool is_last : {false, true}) {
    records_.reset();  // its files are closed before they are opened again
    auto records = merge();
    if (!records) return records.problem();
    records_ = std::move(*records);
    if (auto read = read_ahead(); !read) return read;
    while (has_more_ && !is_last) {
      if (const auto images = load_planned_images(ahead_.record, given); !images)
        return images.problem();
      if (auto read = read_ahead(); !read) return read;
    }
  }
  return Done{};
}

Status MergeWindows::load_next(Run& run) {
  const auto root = std::make_shared<const std::string>(plan_.root);
  HeaderInterner interner;
  GivenInput window;
  for (std::string study; has_more_;) {
    const auto next = study_of(ahead_.key);
    if (next != study && window.instances.size() >= files_at_work(run.settings)) break;
    study = next;
    const auto headers = load_planned_images(ahead_.record, window);
    if (!headers) return headers.problem();
    if (auto loaded = load_planned_headers(*headers, root, table_, interner, window); !loaded)
      return loaded;
    if (auto read = read_ahead(); !read) return read;
  }
  GroupSeries groups;
  for (auto& instance : window.instances) groups.add(std::move(instance));
  auto series = groups.finish();
  if (series.size() != window.images.size())
    return Problem{Reason::internal_error, {}, "the series are not those of the plan"};
  run.given->digests = std::move(window.digests);
  std::ranges::move(series, std::back_inserter(run.series));
  tell_several_patients(run);
  run.progress.set_series(run.series.size());
  return Done{};
}

}  // namespace dcmflow
