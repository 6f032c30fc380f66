#pragma once
// The phases of a run, each a graph or a call; engine/pipeline.cpp has their drawing. Each is about
// the series at work. For one thread; Problems go to run.report.

#include <functional>

#include "engine/make_images.h"
#include "engine/read_headers.h"
#include "engine/run.h"
#include "engine/step.h"
#include "engine/worker_threads.h"

namespace dcmflow {

class Pipeline {
 public:
  explicit Pipeline(Run& run)
      : run_(run), threads_(run.settings.threads, run.settings.io_threads, run.stop) {}

  void read_headers();
  void plan_images();
  // A step that is one call. False when it had a problem.
  bool call(const char* step, const std::function<Status(Run&)>& work);
  void make_images();
  void sync_output();
  void prepare_images();
  void make_labels();
  void write_dicom_json();
  void conclude_series();
  int conclude_run();

 private:
  void decode_headers(ReadHeaders& headers, Threads threads);
  void make_slabs(MakeImages& images, Threads threads);
  StepCounters& step(const char* name) { return run_.report.step(name); }
  flow::function_node<Problem> problems_of(flow::graph& graph) {
    return {graph, flow::unlimited, [&](const Problem& problem) { run_.report.problem(problem); }};
  }
  Run& run_;
  WorkerThreads threads_;
};

}  // namespace dcmflow
