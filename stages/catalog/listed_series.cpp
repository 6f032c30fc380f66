#include "stages/catalog/listed_series.h"

#include <map>
#include <utility>

#include "stages/catalog/series_elements.h"
#include "stages/catalog/sorted.h"

namespace dcmflow {
namespace {

constexpr std::size_t depth_of_elements = 2;
constexpr std::size_t sorted_in_memory = 1 << 20;
constexpr std::size_t piece_bytes = 64 << 10;

// A NUL in it comes before any other byte, but behind the end.
void append_text(std::string& key, std::string_view text) {
  for (const char c : text) {
    key += c;
    if (c == '\0') key += '\1';
  }
  key.append(2, '\0');
}

Status kept_if(bool has_room) {
  if (has_room) return Done{};
  return Problem{Reason::disk_full, {}, "there is no room on the disk for what lists say"};
}

void count(std::span<const Problem> problems, std::vector<std::uint64_t>& counts) {
  for (const Problem& problem : problems) ++counts[static_cast<std::size_t>(problem.reason)];
}

}  // namespace

std::size_t Catalog::series_count() const { return listed ? listed->series() : series.size(); }
std::size_t Catalog::image_count() const { return listed ? listed->images() : images.size(); }

std::string problem_key(const Problem& problem) {
  std::string key;
  append_text(key, problem.subject);
  key += static_cast<char>(problem.reason);
  append_text(key, problem.detail);
  return key;
}

ElementList::ElementList(PartStore& store, std::size_t depth)
    : text_(std::make_unique<StoredText>()),
      json_(JsonWriter::elements(depth, [&store, text = text_.get()](std::string_view piece) {
        return store.add(*text, piece);
      })) {}

ListedSeries::ListedSeries(PartStore& store, const Forms& forms)
    : store_(store),
      forms_(forms),
      left_(reason_rows().size()),
      problems_(reason_rows().size()),
      problem_sorter_(store, sorted_in_memory),
      tables_(store, forms.table, forms.no_patient),
      page_(store, forms.no_patient) {
  for (int list = 0; list < 3; ++list) lists_.emplace_back(store, depth_of_elements);
}

Status ListedSeries::add_metadata(const Catalog& window) {
  auto& studies = lists_[static_cast<std::size_t>(List::studies)];
  if (auto written = write_studies(studies.json(), window, forms_.table, forms_.no_patient);
      !written)
    return written;
  for (const auto& series : window.series)
    for (const auto& instance : series->instances)
      if (const auto& modality = instance->shared->modality; !modality.empty())
        if (!modalities_.contains(modality)) modalities_.insert(modality);
  return kept_if(!studies.json().is_failed());
}

Status ListedSeries::add_files(const Catalog& window) {
  std::vector<const ImageFile*> images;
  for (const ImageFile& image : window.images) images.push_back(&image);
  for (auto run : {store_converted(images, store_), store_left(window.not_converted, store_)}) {
    if (!run) return kept_if(false);
    if (run->files > 0) files_.push_back(std::move(*run));
  }
  count(window.not_converted, left_);
  count(window.problems, problems_);
  auto json = JsonWriter::elements(depth_of_elements);
  for (const Problem& problem : window.problems) {
    write_problem(json, problem);
    if (auto added = problem_sorter_.add(problem_key(problem), json.take_elements()); !added)
      return added;
  }
  return Done{};
}

Status ListedSeries::add_images(const Catalog& window,
                                const std::function<bool(const Series&)>& is_shared,
                                std::vector<SeriesSummary> summaries) {
  auto& volumes = lists_[static_cast<std::size_t>(List::volumes)];
  auto& explained = lists_[static_cast<std::size_t>(List::explained)];
  if (auto written = write_images(volumes.json(), window); !written) return written;
  if (auto added = add_mains(window, is_shared); !added) return added;
  if (forms_.explain) write_explained(explained.json(), window, forms_.rules);
  if (forms_.report)
    if (auto added = page_.add(window, std::move(summaries)); !added) return added;
  if (forms_.tables != TableFormat::none)
    if (auto added = tables_.add(window); !added) return added;
  return kept_if(!volumes.json().is_failed() && !explained.json().is_failed());
}

Status ListedSeries::add_mains(const Catalog& window,
                               const std::function<bool(const Series&)>& is_shared) {
  series_ += window.series.size();
  std::map<const Series*, std::string> rows;
  std::array<std::string, 2> records;
  const Series* last = nullptr;
  for (const ImageFile* image : sorted_images(window)) {
    const Series& series = *image->stack->series;
    ++images_;
    if (std::exchange(last, &series) != &series) ++series_with_images_;
    if (!image->stack->is_main) continue;
    const bool has_others = is_shared(series);
    if (!has_others) ++unshared_mains_;
    const auto row = (has_others ? '1' : '0') + image->name;
    append_record(records[0], series.series_instance_uid, row);
    rows.emplace(&series, row);
  }
  for (const auto& series : window.series)
    if (const auto row = rows.find(series.get()); row != rows.end())
      append_record(records[1], series->series_instance_uid, row->second);
  return kept_if(store_.add(mains_[0], records[0]) && store_.add(mains_[1], records[1]));
}

Status ListedSeries::end() {
  for (auto& list : lists_)
    if (!list.flush()) return kept_if(false);
  auto sorted = problem_sorter_.sorted();
  if (!sorted) return sorted.problem();
  std::string piece;
  for (KeyedRecord record;;) {
    const auto more = sorted->next(record);
    if (!more) return more.problem();
    if (*more) append_record(piece, record.key, record.record);
    if (*more && piece.size() < piece_bytes) continue;
    if (!store_.add(sorted_problems_, piece)) return kept_if(false);
    if (!*more) return Done{};
    piece.clear();
  }
}

Status ListedSeries::for_each_main(Order order,
                                   const std::function<Status(const ListedMain&)>& take) const {
  auto records = stored_records(store_, mains_[static_cast<std::size_t>(order)]);
  for (KeyedRecord record;;) {
    const auto more = records.next(record);
    if (!more) return more.problem();
    if (!*more) return Done{};
    const ListedMain main{record.key, record.record.substr(1), record.record.front() == '1'};
    if (auto taken = take(main); !taken) return taken;
  }
}

}  // namespace dcmflow
