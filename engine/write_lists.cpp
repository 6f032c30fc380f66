#include "engine/write_lists.h"

#include <oneapi/tbb/parallel_invoke.h>
#include <oneapi/tbb/task_arena.h>

#include <functional>
#include <utility>

#include "engine/prepare_images.h"
#include "engine/step.h"
#include "engine/tell_summary.h"
#include "engine/write_dataset.h"
#include "engine/write_sidecars.h"
#include "stages/write_catalog.h"

namespace dcmflow {
namespace {

class WriteLists {
 public:
  WriteLists(Run& run, const Catalog& catalog, const Outcome& outcome, const OutputFolder& folder)
      : run_(run), catalog_(catalog), outcome_(outcome), folder_(folder) {}

  void write_volumes_list() {
    write("volumes.json", [&] { return write_volumes(folder_, catalog_); });
  }
  void write_metadata() {
    write("dicom-metadata.json", [&] {
      return write_dicom_metadata(folder_, catalog_, run_.table, run_.settings.no_patient);
    });
  }
  void write_others(const std::set<std::string>& of_people);

  std::vector<Problem> take_problems() {
    const Lock lock(mutex_);
    return std::exchange(problems_, {});
  }

 private:
  void write(const char* name, const std::function<Status()>& work) {
    const Trace::Phase phase(run_.report.trace(), name);
    const auto written = folder_.is_stopped()
                             ? Problem{Reason::interrupted, name, "stopped by a signal"}
                             : guarded(work);
    if (written) return;
    const Lock lock(mutex_);
    problems_.push_back(written.problem());
  }

  Run& run_;
  const Catalog& catalog_;
  const Outcome& outcome_;
  const OutputFolder& folder_;
  Mutex mutex_;
  std::vector<Problem> problems_ GUARDED_BY(mutex_);
};

void WriteLists::write_others(const std::set<std::string>& of_people) {
  const Settings& settings = run_.settings;
  write("series-images.json", [&] { return write_series_images(folder_, catalog_); });
  if (settings.bids && !run_.done)
    write("bids", [&] { return write_sidecars(run_, catalog_, folder_); });
  if (settings.layout.kind == Layout::Kind::bids)
    write("bids_dataset", [&] { return write_dataset(run_, catalog_, folder_, of_people); });
  if (settings.labels) write("labels.json", [&] { return write_labels(folder_, catalog_); });
  if (settings.prepare) write("prepared", [&] { return write_prepared(run_, folder_); });
  if (settings.explain)
    write("selection-report.json", [&] {
      return write_selection_report(folder_, catalog_, run_.rules, settings.no_patient);
    });
  if (settings.report)
    write("report.html", [&] { return write_page(run_, catalog_, outcome_, folder_); });
  if (settings.tables != TableFormat::none)
    write("tables", [&] {
      return write_tables(folder_, catalog_, run_.table, settings.no_patient, settings.tables);
    });
}

}  // namespace

std::vector<Problem> write_lists(Run& run, const Catalog& catalog, const Outcome& outcome,
                                 const OutputFolder& folder,
                                 const std::set<std::string>& of_people) {
  WriteLists lists(run, catalog, outcome, folder);
  oneapi::tbb::task_arena arena(static_cast<int>(run.settings.threads));
  arena.execute([&] {
    oneapi::tbb::parallel_invoke([&] { lists.write_volumes_list(); },
                                 [&] { lists.write_others(of_people); },
                                 [&] { lists.write_metadata(); });
  });
  return lists.take_problems();
}

}  // namespace dcmflow
