// clang-format off
// THE GRAPH. Each line is a phase, and ends at a barrier: what is behind it begins when all before it is done. Data flows from
// left to right; a step is a function of stages/.
//
//   read_headers     discover_files → decode_header → group_series ──────────────────────┐
//                    look_ahead (what the system says of files, for discover_files) ─────┤
//   plan_images      sort_slices → select_series ────────────────────────────────────────┤
//                    assign_names ───────────────────────────────────────────────────────┤
//                    choose_images ──────────────────────────────────────────────────────┤
//                    replace_earlier_results ────────────────────────────────────────────┼──→ problems → run_report
//   make_images    ┌→ plan_again → admit ┬→ assemble_volume → write_image ┬→ end_slab → render_series → write_catalogue
//                  │                     └───────── once more, or more ←──┘      │       │
//                  └──── without the files that cannot be read, or others ←──────┘       │
//   sync_output      sync_output ────────────────────────────────────────────────────────┤
//                    prepare_images ─────────────────────────────────────────────────────┤
//                    make_labels ────────────────────────────────────────────────────────┤
//                    write_dicom_json ───────────────────────────────────────────────────┤
//   conclude_run     conclude_series → write_results ────────────────────────────────────┘
//
// ARCHITECTURE.md says why each barrier is there. Problems leave every step by a second exit. The nodes of a phase run at the same
// time, on as many threads as the settings say; when these mostly wait for the storage, on more. end_slab frees the memory of a slab
// and admits others, in a wider voxel type where a value did not fit; images that fail are planned again, or others are chosen.
// clang-format on

#include "engine/account_for_series.h"
#include "engine/conclude_run.h"
#include "engine/make_images.h"
#include "engine/make_labels.h"
#include "engine/phases.h"
#include "engine/plan_images.h"
#include "engine/prepare_images.h"
#include "engine/read_headers.h"
#include "engine/run.h"
#include "engine/step.h"
#include "engine/sync_output.h"
#include "engine/tell_run.h"
#include "engine/worker_threads.h"
#include "engine/write_dicom_json.h"

namespace dcmflow {
namespace {

using SeriesIndex = std::size_t;  // in the vectors of Run

}  // namespace

bool Pipeline::call(const char* name, const std::function<Status(Run&)>& work) {
  const auto done = call_step(step(name), [&] { return work(run_); });
  if (!done) tell_failure(run_, done.problem());
  return done.ok();
}

void Pipeline::read_headers() {
  const RunPhase phase(run_, "read_headers", "headers");
  ReadHeaders headers(run_, threads_);
  if (run_.given != nullptr)
    headers.take_given();
  else
    threads_.run([&](Threads threads) { decode_headers(headers, threads); },
                 [&] { return headers.at_end(); });
  headers.finish();
}

void Pipeline::decode_headers(ReadHeaders& headers, Threads threads) {
  auto& discovering = step("discover_files");
  const auto look_ahead = headers.look_ahead(threads);
  flow::graph graph;
  Source<FilePtr> discover_files(
      graph, discovering, [&](StepTimer& timer) { return headers.discover(threads, timer); });
  auto& decoding = step("decode_header");
  Step<Result<FilePtr>, InstancePtr, flow::rejecting> decode_header(
      graph, decoding, threads_.count(threads),
      [&](const Result<FilePtr>& file) { return headers.decode(file, decoding); });
  Step<InstancePtr, Done> group_series(
      graph, step("group_series"), flow::unlimited,
      [&](const InstancePtr& instance) { return headers.group(instance); });
  flow::function_node<Problem> problems(graph, flow::unlimited,
                                        [&](const Problem& problem) { headers.tell(problem); });

  flow::make_edge(discover_files.out(), decode_header.in());
  flow::make_edge(decode_header.out(), group_series.in());
  flow::make_edge(decode_header.problems(), problems);
  flow::make_edge(group_series.problems(), problems);

  run_graph(graph, [&] { discover_files.activate(); });
}

void Pipeline::plan_images() {
  const RunPhase phase(run_, "plan_images", "series", run_.series.size());
  PlanImages plan(run_);
  threads_.on(Threads::cpu, [&] {
    flow::graph graph;
    Step<SeriesIndex, SeriesIndex> sort_slices(graph, step("sort_slices"), run_.settings.threads,
                                               [&](SeriesIndex i) { return plan.sort(i); });
    Step<SeriesIndex, SeriesIndex> select_series(graph, step("select_series"),
                                                 run_.settings.threads,
                                                 [&](SeriesIndex i) { return plan.select(i); });
    auto problems = problems_of(graph);

    flow::make_edge(sort_slices.out(), select_series.in());
    flow::make_edge(sort_slices.problems(), problems);
    flow::make_edge(select_series.problems(), problems);

    run_graph(graph, [&] {
      for (SeriesIndex i = 0; i < run_.series.size() && !run_.stop; ++i)
        sort_slices.in().try_put(i);
    });
  });
}

// Ends: each round leaves files out, all that could not be read in the last, or has images that
// none had before.
void Pipeline::make_images() {
  MakeImages images(run_, threads_);
  const RunPhase phase(run_, "make_images", "slices", images.slices());
  do
    threads_.run([&](Threads threads) { make_slabs(images, threads); },
                 [&] { return images.all_admitted(); });
  while (!run_.stop && images.plan_again());
}

void Pipeline::make_slabs(MakeImages& images, Threads threads) {
  flow::graph graph;
  Step<SlabWork, SlabWork> assemble_volume(
      graph, step("assemble_volume"), threads_.count(threads),
      [&](const SlabWork& work) { return images.assemble(work); });
  Step<SlabWork, SlabWork> write_image(graph, step("write_image"), run_.settings.threads,
                                       [&](const SlabWork& work) { return images.write(work); });
  Step<SeriesIndex, RenderedSeries> render_series(graph, step("render_series"),
                                                  run_.settings.threads,
                                                  [&](SeriesIndex i) { return images.render(i); });
  Step<RenderedSeries, Done> write_catalogue(
      graph, step("write_catalogue"), 1,
      [&](const RenderedSeries& rendered) { return images.write_catalogue(rendered); });
  const auto admit = [&] { images.admit(assemble_volume.in(), threads); };
  // lightweight (if it is noexcept): a slab ends within the task that wrote it, before the thread
  // takes up another: else complete images wait, each with an open file, while slabs begin.
  flow::function_node<SlabWork, flow::continue_msg, flow::lightweight> end_slab(
      graph, flow::unlimited, [&](const SlabWork& work) noexcept {
        const auto ended = guarded([&]() -> Status {
          const auto whole = images.end_slab(work);
          admit();
          if (whole) render_series.in().try_put(*whole);
          return Done{};
        });
        if (!ended) run_.report.problem(ended.problem());
        return flow::continue_msg();
      });
  auto problems = problems_of(graph);

  flow::make_edge(assemble_volume.out(), write_image.in());
  flow::make_edge(write_image.out(), end_slab);
  flow::make_edge(render_series.out(), write_catalogue.in());
  flow::make_edge(assemble_volume.problems(), problems);
  flow::make_edge(write_image.problems(), problems);

  run_graph(graph, [&] {
    // First those that wait for no image: from the first slab on, other series end beside this.
    for (const auto i : images.begin(threads)) render_series.in().try_put(i);
    admit();
  });
}

void Pipeline::sync_output() {
  const auto images = made_images(run_);
  const RunPhase phase(run_, "sync", "images", images.size());
  const auto threads = threads_.give_way(Threads::cpu) ? Threads::io : Threads::cpu;
  threads_.on(threads, [&] {
    flow::graph graph;
    Step<VolumePtr, Done> sync_output(
        graph, step("sync_output"), threads_.count(threads),
        [&](const VolumePtr& image) { return sync_image(run_, *image); });
    run_graph(graph, [&] {
      for (const auto& image : images) sync_output.in().try_put(image);
    });
  });
}

void Pipeline::prepare_images() { dcmflow::prepare_images(run_, threads_); }
void Pipeline::make_labels() { dcmflow::make_labels(run_, threads_); }

void Pipeline::write_dicom_json() { dcmflow::write_dicom_json(run_, threads_); }

void Pipeline::conclude_series() {
  run_.series_log.end();
  threads_.on(Threads::cpu, [&] {
    flow::graph graph;
    Step<SeriesIndex, Done> conclude_series(
        graph, step("conclude_series"), run_.settings.threads,
        [&](SeriesIndex i) { return account_for_series(run_, i); });
    auto problems = problems_of(graph);

    flow::make_edge(conclude_series.problems(), problems);

    run_graph(graph, [&] {
      for (SeriesIndex i = 0; i < run_.series.size(); ++i) conclude_series.in().try_put(i);
    });
  });
}

int Pipeline::conclude_run() {
  const RunPhase phase(run_, "conclude_run", "series", run_.series.size());
  conclude_series();
  return dcmflow::conclude_run(run_);
}

}  // namespace dcmflow
