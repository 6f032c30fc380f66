#include "engine/read_headers.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "engine/boot_id.h"
#include "engine/step.h"
#include "stages/decode_header.h"
#include "stages/discover_files.h"
#include "stages/group_series.h"

namespace dcmflow {
namespace {

// What the graph works on, on whichever threads.
struct HeaderPass {
  explicit HeaderPass(const Run& run)
      : discovery(run.settings.input.value, run.settings.output.value), plan(run.table) {}

  DiscoverFiles discovery;
  const HeaderPlan plan;
  GroupSeries groups;
  HeaderInterner interner;
  std::mutex mutex;
  std::vector<FilePtr> other_files;  // of no series; guarded by mutex

  // What work() makes of one file; what is wrong has that file as its subject.
  template <class Work>
  auto of_file(const FilePtr& file, Work&& work) {
    auto result = guarded([&] { return work(); });
    if (result) return result;
    const std::lock_guard lock(mutex);
    other_files.push_back(file);
    auto problem = result.problem();
    problem.subject = file->name;
    return decltype(result)(std::move(problem));
  }
};

void decode_headers(Run& run, WorkerThreads& workers, HeaderPass& pass, Threads threads) {
  flow::graph graph;
  Source<FilePtr> discover_files(graph, run.report.step("discover_files"),
                                 [&]() -> std::optional<Result<FilePtr>> {
                                   if (run.stop || workers.give_way(threads)) return std::nullopt;
                                   auto file = pass.discovery.next();
                                   if (file) run.report.discovered_file();
                                   if (file) run.progress.file();
                                   return file;
                                 });
  auto& decoding = run.report.step("decode_header");
  Step<Result<FilePtr>, InstancePtr, flow::rejecting> decode_header(
      graph, decoding, workers.count(threads),
      [&](const Result<FilePtr>& file) -> Result<InstancePtr> {
        if (!file) {
          if (run.earlier) run.earlier->see(file.problem());
          return file.problem();
        }
        decoding.bytes += (*file)->size;
        run.progress.add(1, (*file)->size);
        return pass.of_file(*file, [&] {
          if (run.earlier)
            if (auto known = run.earlier->find(*file)) return std::move(*known);
          const StorageWatch::Read read(workers.storage());
          return dcmflow::decode_header(*file, pass.plan, pass.interner);
        });
      });
  Step<InstancePtr, Done> group_series(graph, run.report.step("group_series"), flow::unlimited,
                                       [&](const InstancePtr& instance) -> Status {
                                         return pass.of_file(instance->file, [&]() -> Status {
                                           pass.groups.add(instance);
                                           return Done{};
                                         });
                                       });
  flow::function_node<Problem> problems(graph, flow::unlimited, [&](const Problem& problem) {
    if (problem.subject.empty())
      run.report.problem(problem);
    else
      run.report.not_converted(problem);
  });

  flow::make_edge(discover_files.out(), decode_header.in());
  flow::make_edge(decode_header.out(), group_series.in());
  flow::make_edge(decode_header.problems(), problems);
  flow::make_edge(group_series.problems(), problems);

  run_graph(graph, [&] { discover_files.activate(); });
}

// What is not known is read.
void load_earlier(Run& run, HeaderInterner& interner) {
  if (!run.settings.resume) return;
  const StepTimer timer(run.report.step("load_earlier"));
  auto earlier = guarded([&] {
    return EarlierRun::load(run.settings.output.value,
                            std::make_shared<const std::string>(run.settings.input.value),
                            boot_id(), run.table, interner);
  });
  if (earlier)
    run.earlier = std::move(*earlier);
  else
    spdlog::warn("catalogue: {}; all is read and made again", earlier.problem().detail);
}

}  // namespace

void read_headers(Run& run, WorkerThreads& workers) {
  const RunPhase phase(run, "read_headers", "headers");
  HeaderPass pass(run);
  load_earlier(run, pass.interner);
  workers.run([&](Threads threads) { decode_headers(run, workers, pass, threads); },
              [&] { return pass.discovery.at_end(); });
  if (!run.stop && !pass.discovery.at_end())
    run.report.problem(
        {Reason::internal_error, "discover_files", "the input was not read to its end"});
  run.series = pass.groups.finish();
  run.other_files = std::move(pass.other_files);
  std::ranges::sort(run.other_files, {},
                    [](const FilePtr& file) { return std::string_view(file->name); });
  run.other_problems = run.report.not_converted_files();
  for (const auto& series : run.series)
    if (series->patient > 0)
      run.report.problem({Reason::several_patients, series->series_instance_uid,
                          std::to_string(series->instances.size()) +
                              " instances are of another patient than those before; they are an "
                              "image of their own"});
  run.progress.set_series(run.series.size());
  const bool is_grouped = pass.discovery.at_end() && !run.stop && !run.series.empty();
  run.leaves_earlier_results = !is_grouped && run.output.holds_earlier_results();
}

}  // namespace dcmflow
