#pragma once
// Studies and series of report.html, all at once or some studies at a time.

#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stages/base/part_store.h"
#include "stages/catalog/json_writer.h"
#include "stages/catalog/run_summary.h"
#include "stages/write_catalog.h"

namespace dcmflow {

// Writes an element for each study of the series, which are in the order of sort_for_people(). The
// place of each series' study among all, when there are `before` others. No Problems.
std::vector<std::size_t> write_page_studies(JsonWriter& json, std::span<const SeriesSummary> series,
                                            std::size_t before, bool no_patient);

// Gives the sink the elements of "series", as text of a script: an element at a time, with the
// comma that stands before it but for the first of all. Problems: of the sink.
using PageSink = std::function<Status(std::string_view)>;
Status write_page_series(const Catalog& catalog, std::span<const SeriesSummary> series,
                         std::span<const std::size_t> study_of, bool no_patient, bool has_others,
                         const PageSink& sink);

// Files that are in no image, by reason: how many, and the first by name. Memory does not grow with
// the files.
class LeftFiles {
 public:
  void add(const Problem& problem);
  // The gravest reason first, then the one of most files.
  void write(JsonWriter& json) const;

 private:
  struct Row {
    std::size_t files = 0;
    std::vector<Problem> first;  // some more than are shown, in any order
  };
  static void keep_first(std::vector<Problem>& problems);
  std::map<Reason, Row> rows_;
};

// Those that are done and gone. REQUIRES: the store outlives it. Problem{disk_full}
class PageSeries {
 public:
  PageSeries(PartStore& store, bool no_patient) : store_(store), no_patient_(no_patient) {}

  // The next studies, whole; `series`: of all of the window.
  Status add(const Catalog& window, std::vector<SeriesSummary> series);

  // As text of a script: without the brackets.
  const StoredText& studies() const { return studies_; }
  const StoredText& series() const { return series_; }
  const LeftFiles& left() const { return left_; }
  std::size_t pictures() const { return pictures_; }

 private:
  Status store(StoredText& text, std::string_view piece);

  PartStore& store_;
  const bool no_patient_;
  StoredText studies_, series_;
  LeftFiles left_;
  std::size_t study_count_ = 0;
  std::size_t pictures_ = 0;
};

}  // namespace dcmflow
