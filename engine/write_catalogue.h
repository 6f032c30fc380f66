#pragma once
// The step that writes the catalogue of the output folder, beside the images.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/catalogue_places.h"
#include "engine/memory_gate.h"
#include "engine/outcome.h"
#include "stages/database/catalogue.h"

namespace dcmflow {

struct Run;

// Does nothing under --catalogue none. A catalogue that fails is told in the log and in
// report.json, and is gone: it never costs the run an image. For one thread at a time, but for
// render().
class WriteCatalogue {
 public:
  // What add() writes of a series.
  struct Rendered {
    CatalogueSeries series;
    SeriesRows rows;
    MemoryGate::Lease lease;  // of its memory; null where it is written at once
  };
  using RenderedPtr = std::shared_ptr<const Rendered>;

  explicit WriteCatalogue(Run& run);

  // The earlier results are gone, and the images of this run have their names.
  void begin();
  // In place of those that there were, which are done, others that come behind them: all of some
  // studies.
  void next_series();
  // Beside add() of other series: null when there is nothing to write, and when so much waits for
  // add() already that it is to do this itself. REQUIRES: every image of the series has a result.
  // Thread-safe.
  RenderedPtr render(std::size_t series);
  // Nothing when it is told already as it is. REQUIRES: as render(), of which `rendered` may be.
  void add(std::size_t series, RenderedPtr rendered = nullptr);
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
  // With what a series was told: the images that were written, all that were tried, and the
  // instances that are in none: an image of which nothing is left is not among the volumes any
  // more.
  struct Told {
    std::size_t images = 0;
    std::size_t volumes = 0;
    std::size_t refused = 0;
    bool operator==(const Told&) const = default;
  };
  Told what_to_tell(std::size_t series) const;
  CatalogueSeries series_of(std::size_t series) const;
  RenderedPtr render(std::size_t series, MemoryGate::Lease lease) const;
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
  MemoryGate waiting_;  // what is rendered, and not added yet
  // Making an empty one takes as long as an image or two: that is done beside them.
  enum class Opens : std::uint8_t { never, with_a_series, at_the_end };
  Opens opens_ = Opens::never;  // once it is open: never
  std::unique_ptr<Catalogue> catalogue_;
  std::vector<Problem> problems_;
  CataloguePlaces places_;
  std::vector<std::optional<Told>> told_;  // one for each series of the run, once begun
  std::size_t told_series_ = 0;            // how many of them are
  std::chrono::steady_clock::time_point saved_;
  std::chrono::steady_clock::time_point ending_;  // since when nothing else is done
};

}  // namespace dcmflow
