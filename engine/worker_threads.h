#pragma once
// The threads that the graphs of a run work on. No Problems. run() is for one thread, the rest is
// thread-safe.

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "engine/storage_watch.h"

namespace dcmflow {

// Those of the CPU leave the rest of their work to those of I/O, which are more than there are
// cores, when they find that they mostly wait for the storage. Which threads work changes no byte.
enum class Threads : std::uint8_t { cpu, io };

class WorkerThreads {
 public:
  WorkerThreads(std::size_t cpu, std::size_t io, const std::atomic<int>& stop)
      : cpu_(cpu),
        io_(std::max(cpu, io)),
        most_(oneapi::tbb::global_control::max_allowed_parallelism, io_),
        stop_(stop) {}

  std::size_t count(Threads threads) const { return threads == Threads::cpu ? cpu_ : io_; }
  // Whether a graph on these threads is to begin nothing more: others go on with it.
  bool give_way(Threads threads) const { return threads == Threads::cpu && storage_.is_slow(); }
  StorageWatch& storage() { return storage_; }

  // Calls graph(threads), which comes back when nothing is left to do or it is to give way; only
  // is_done() tells which.
  template <class Graph, class IsDone>
  void run(Graph&& graph, IsDone&& is_done) {
    for (const auto threads : {Threads::cpu, Threads::io}) {
      if (give_way(threads)) continue;
      on(threads, [&] { graph(threads); });
      if (stop_ || is_done()) return;
    }
  }
  template <class Graph>
  void on(Threads threads, Graph&& graph) const {
    oneapi::tbb::task_arena arena(static_cast<int>(count(threads)));
    arena.execute([&] { graph(); });
  }

 private:
  const std::size_t cpu_;
  const std::size_t io_;
  // More workers than cores need it: an arena's size is bounded by what it allows.
  const oneapi::tbb::global_control most_;
  const std::atomic<int>& stop_;
  StorageWatch storage_;
};

}  // namespace dcmflow
