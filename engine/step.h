#pragma once
// A plain function → a node of the flow graph with two exits: out() for what it made, problems()
// for what went wrong.

#include <oneapi/tbb/flow_graph.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "engine/trace.h"
#include "stages/base/result.h"
#include "stages/base/striped.h"

namespace dcmflow {

namespace flow = oneapi::tbb::flow;

// What a step did, for report.json. Every worker adds to it.
struct StepCounters {
  std::string name;
  StripedCounter items;
  StripedCounter problems;
  StripedCounter bytes;  // of the files looked at, of the voxels made; 0 where none pass
  StripedCounter busy_nanoseconds;
  Trace* trace = nullptr;  // where each call is told as well
};

// Runs `work` and turns a stray exception (DCMTK, ITK, bad_alloc) into a Problem: one that left a
// node would cancel the whole graph.
template <class Work>
auto guarded(Work&& work) -> decltype(work()) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return Problem{Reason::internal_error, {}, "out of memory"};
  } catch (const std::exception& exception) {
    return Problem{Reason::internal_error, {}, exception.what()};
  }
}

// Runs a graph from `start` to its end. Nodes are destroyed before their graph: when an exception
// passes (a thread cannot be started), what is left to do is cancelled while they are there.
template <class Start>
void run_graph(flow::graph& graph, Start&& start) {
  try {
    start();
    graph.wait_for_all();
  } catch (...) {
    graph.cancel();
    try {
      graph.wait_for_all();
    } catch (const std::exception&) {  // the first one is told
      graph.cancel();
    }
    throw;
  }
}

// Counts and times one call.
class StepTimer {
 public:
  explicit StepTimer(StepCounters& counters) : counters_(counters) {}
  ~StepTimer() {
    if (is_dropped_) return;
    const auto end = std::chrono::steady_clock::now();
    counters_.busy_nanoseconds +=
        static_cast<std::uint64_t>(std::chrono::nanoseconds(end - start_).count());
    ++counters_.items;
    if (counters_.trace) counters_.trace->add(counters_.name, start_, end);
  }
  StepTimer(const StepTimer&) = delete;
  StepTimer& operator=(const StepTimer&) = delete;

  // What was done until now is another step's.
  void restart() { start_ = std::chrono::steady_clock::now(); }
  // There was nothing to do.
  void drop() { is_dropped_ = true; }

 private:
  StepCounters& counters_;
  bool is_dropped_ = false;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// One call of a step: counted, timed and told in the trace; what it throws is its Problem. The
// steps between two barriers are one call each, those of a graph one for each message.
template <class Work>
auto call_step(StepCounters& counters, Work&& work) -> decltype(work()) {
  const StepTimer timer(counters);
  auto result = guarded(std::forward<Work>(work));
  if (!result) ++counters.problems;
  return result;
}

// A function that is asked until it has nothing more → the node where a graph begins. What it
// throws is its last Problem. It has the timer of its call.
template <class Out>
class Source {
 public:
  using Function = std::function<std::optional<Result<Out>>(StepTimer&)>;

  Source(flow::graph& graph, StepCounters& counters, Function function)
      : counters_(counters),
        function_(std::move(function)),
        node_(graph, [this](oneapi::tbb::flow_control& control) { return next(control); }) {}

  auto& out() { return node_; }
  void activate() { node_.activate(); }

 private:
  Result<Out> next(oneapi::tbb::flow_control& control) {
    StepTimer timer(counters_);
    std::optional<Result<Out>> found;
    if (!has_failed_) {
      const auto asked = guarded([&]() -> Status {
        found = function_(timer);
        return Done{};
      });
      has_failed_ = !asked;
      if (has_failed_) found = asked.problem();
    }
    if (!found) {
      timer.drop();
      control.stop();
      return {};
    }
    if (!*found) ++counters_.problems;
    return std::move(*found);
  }

  StepCounters& counters_;
  const Function function_;
  bool has_failed_ = false;
  flow::input_node<Result<Out>> node_;
};

// The node; `function` is called by any of its threads at once. `Policy` rejecting only right
// behind an input_node, so that discovery waits; elsewhere a refused message would be lost.
template <class In, class Out, class Policy = flow::queueing>
class Step {
 public:
  using Function = std::function<Result<Out>(const In&)>;
  using Node = flow::multifunction_node<In, std::tuple<Out, Problem>, Policy>;

  Step(flow::graph& graph, StepCounters& counters, std::size_t concurrency, Function function)
      : node_(graph, concurrency,
              [&counters, function = std::move(function)](const In& in,
                                                          typename Node::output_ports_type& exits) {
                auto result = call_step(counters, [&] { return function(in); });
                if (result)
                  std::get<0>(exits).try_put(std::move(result.value()));
                else
                  std::get<1>(exits).try_put(result.problem());
              }) {}

  Node& in() { return node_; }
  auto& out() { return flow::output_port<0>(node_); }
  auto& problems() { return flow::output_port<1>(node_); }

 private:
  Node node_;
};

}  // namespace dcmflow
