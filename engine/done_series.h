#pragma once
// What a run over too many series keeps of those that are done. Plain values; no Problems.

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/shared_uids.h"
#include "stages/catalog/listed_series.h"
#include "stages/catalog/run_summary.h"
#include "stages/dicom_types.h"
#include "stages/selection/candidate.h"

namespace dcmflow {

struct DoneSeries {
  std::unique_ptr<ListedSeries> lists;  // what they say of all; there from the first on
  bool are_lists_whole = true;          // else none is written: they would not say of all
  SharedUids shared_uids;
  // Files of an earlier run that this one is to write again, and those that it has.
  std::set<std::string> to_rewrite, rewritten;

  // Of those that keys and selections follow from: without instances, images without frames.
  std::vector<SeriesPtr> series;
  std::vector<std::vector<Candidate>> candidates;  // a row for each
  std::vector<std::string_view> refusals;          // the same: see refusal_of()
  std::vector<ImageFile> images;                   // with their names alone

  std::vector<SeriesSummary> summaries;  // that a summary names
  OtherSeries other_series;
};

}  // namespace dcmflow
