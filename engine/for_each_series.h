#pragma once
// What is to be done for each series, where no graph runs. `work` runs on several threads at once;
// what it throws ends the loop and passes.

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <cstddef>

#include "engine/run.h"

namespace dcmflow {

// Calls work(index) for every series of the run, on all of its threads and in any order.
template <class Work>
void for_each_series(const Run& run, Work&& work) {
  oneapi::tbb::task_arena arena(static_cast<int>(run.settings.threads));
  arena.execute([&] {
    oneapi::tbb::parallel_for(std::size_t{0}, run.series.size(),
                              [&](std::size_t series) { work(series); });
  });
}

}  // namespace dcmflow
