#pragma once
// What lists say of series that are done and gone: rendered some studies at a time, it waits on the
// disk until the files are written. Memory does not grow with the series.

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stages/base/part_store.h"
#include "stages/base/record_sorter.h"
#include "stages/catalog/json_writer.h"
#include "stages/catalog/listed_tables.h"
#include "stages/catalog/page_series.h"
#include "stages/catalog/report_files.h"
#include "stages/catalog/run_summary.h"
#include "stages/write_catalog.h"

namespace dcmflow {

// The arrays that stand in the order of the series: "studies" of dicom-metadata.json, "volumes" of
// volumes.json, "series" of selection-report.json.
enum class List : std::uint8_t { studies, volumes, explained };

// The elements of one array, as they come.
class ElementList {
 public:
  // `depth`: of the elements in their file.
  ElementList(PartStore& store, std::size_t depth);
  JsonWriter& json() { return json_; }
  // All that was written so far. False: the store had no room for it.
  bool flush() { return json_.end_elements(); }
  const StoredText& text() const { return *text_; }

 private:
  std::unique_ptr<StoredText> text_;
  JsonWriter json_;
};

// Whose Series Instance UID no other series has as UID or name of an image stands under it in
// series-images.json and, where every series is selected, in selected-images.json.
struct ListedMain {
  std::string uid;
  std::string name;        // of the image's main file
  bool is_shared = false;  // the key has to be looked for among the catalog's images
};

// REQUIRES: the store outlives it, and so does what it is made with. Problems: disk_full: the store
// has no room; and what the store has when it is read.
class ListedSeries {
 public:
  // What is written beside the lists of every run, and how.
  struct Forms {
    const AttributeTable& table;
    const SelectionRules& rules;
    bool no_patient = false;
    bool explain = false;
    bool report = false;
    TableFormat tables = TableFormat::none;
  };
  ListedSeries(PartStore& store, const Forms& forms);

  // The next studies, each whole, in the order of series_name(); nothing of `window` is needed
  // afterwards. Each in its own thread, if need be, and all before the next window.
  Status add_metadata(const Catalog& window);
  Status add_files(const Catalog& window);
  // `is_shared`: see ListedMain. `summaries`: of the window's series.
  Status add_images(const Catalog& window, const std::function<bool(const Series&)>& is_shared,
                    std::vector<SeriesSummary> summaries);

  // When all are added.
  Status end();

  const StoredText& text(List list) const { return lists_[static_cast<std::size_t>(list)].text(); }
  // For report.json, what ReportFiles merges.
  std::span<const FileRun> files() const { return files_; }
  // Of files that are in no image; by the enum's order.
  std::span<const std::uint64_t> left() const { return left_; }
  // Problems of series and images; the same.
  std::span<const std::uint64_t> problems() const { return problems_; }
  // The elements of "problems", each behind problem_key(). REQUIRES: end().
  KeyedReader problem_records() const { return stored_records(store_, sorted_problems_); }
  std::size_t series() const { return series_; }
  std::size_t images() const { return images_; }
  std::size_t series_with_images() const { return series_with_images_; }
  const std::set<std::string>& modalities() const { return modalities_; }
  bool selects_all() const { return forms_.rules.select_all; }
  // Main images that are not shared.
  std::size_t unshared_mains() const { return unshared_mains_; }
  // Main images by series_name(), or in the order in which the run has its series. Problems: of the
  // store; and of `take`.
  enum class Order : std::uint8_t { sorted, found };
  Status for_each_main(Order order, const std::function<Status(const ListedMain&)>& take) const;
  const ListedTables& tables() const { return tables_; }
  const PageSeries& page() const { return page_; }

 private:
  Status add_mains(const Catalog& window, const std::function<bool(const Series&)>& is_shared);

  PartStore& store_;
  const Forms forms_;
  std::vector<ElementList> lists_;  // by List
  std::vector<FileRun> files_;
  std::vector<std::uint64_t> left_, problems_;
  RecordSorter problem_sorter_;
  StoredText sorted_problems_;
  std::array<StoredText, 2> mains_;  // by Order
  std::size_t series_ = 0;
  std::size_t images_ = 0;
  std::size_t series_with_images_ = 0;
  std::size_t unshared_mains_ = 0;
  std::set<std::string> modalities_;
  ListedTables tables_;
  PageSeries page_;
};

// Orders problems as report.json does: by subject, reason and detail.
std::string problem_key(const Problem& problem);
// An element of "problems".
void write_problem(JsonWriter& json, const Problem& problem);

}  // namespace dcmflow
