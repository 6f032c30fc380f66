#pragma once
// The step that writes the catalogue of the output folder, beside the images.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/outcome.h"
#include "stages/database/catalogue.h"

namespace dcmflow {

struct Run;

// Does nothing under --catalogue none. A catalogue that fails is told in the log and in
// report.json, and is gone: it never costs the run an image. For one thread at a time.
class WriteCatalogue {
 public:
  explicit WriteCatalogue(Run& run) : run_(run) {}

  // The earlier results are gone, and the images of this run have their names.
  void begin();
  // In place of those that there were, which are done, others that come behind them: all of some
  // studies.
  void next_series();
  // Nothing when it is told already as it is. REQUIRES: every image of the series has a result.
  void add(std::size_t series);
  // All that is left; before report.json, which tells what went wrong. A run that was stopped
  // leaves it as a killed one does when that takes long.
  void end(const Catalog& catalog, bool sync);
  // What went wrong, after end().
  void tell(Catalog& catalog, Outcome& outcome);
  // In place of all that: a run that found nothing to do.
  void add_unchanged(const std::string& status, int exit_code);
  // How the run ended, after everything else.
  void conclude(const Outcome& outcome);

 private:
  struct Place {  // of a series: ids, which do not depend on what is done first
    std::int64_t id = 0;
    std::int64_t study_id = 0;
    std::int64_t first_file_id = 0;
    std::int64_t first_image_id = 0;
    std::size_t first_of_study = 0;  // in sorted_
    std::size_t past_study = 0;
    // That it was told with: those that were written, all that were tried, and the instances that
    // are in none: an image of which nothing is left is not among the volumes any more.
    std::size_t images = 0;
    std::size_t volumes = 0;
    std::size_t refused = 0;
    bool is_told = false;
  };
  void assign_ids();
  bool is_given_up() const;
  void open();
  // They make it faster to ask, and take a while: a run that was stopped has no time for them.
  void index();
  void add_other_files(const Catalog& catalog);
  void add_selections(const Catalog& catalog);
  // False when the catalogue failed, and is gone.
  bool note(const Status& status);
  void save_now_and_then();

  Run& run_;
  // Making an empty one takes as long as an image or two: that is done beside them.
  enum class Opens : std::uint8_t { never, with_a_series, at_the_end };
  Opens opens_ = Opens::never;  // once it is open: never
  std::unique_ptr<Catalogue> catalogue_;
  std::vector<Problem> problems_;
  std::vector<const Series*> sorted_;
  std::vector<Place> places_;  // one for each series of the run
  std::size_t told_ = 0;       // how many of them are told
  std::int64_t next_series_id_ = 1;
  std::int64_t next_file_id_ = 1;
  std::int64_t next_image_id_ = 1;
  std::int64_t last_study_id_ = 0;
  std::chrono::steady_clock::time_point saved_;
  std::chrono::steady_clock::time_point ending_;  // since when nothing else is done
};

}  // namespace dcmflow
