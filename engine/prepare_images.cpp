#include "engine/prepare_images.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/choose_prepared.h"
#include "engine/memory_gate.h"
#include "engine/step.h"
#include "engine/tell_run.h"
#include "stages/base/output_file.h"
#include "stages/base/output_place.h"
#include "stages/catalog/prepared_volumes.h"
#include "stages/geometry/time_step.h"
#include "stages/prepare/prepared_stack.h"
#include "stages/prepare/resample_image.h"
#include "stages/prepare/resample_plan.h"
#include "stages/write_image.h"

namespace dcmflow {
namespace {

// The files of one image while it is made.
struct Part {
  OutputFile header;  // of formats that have one of its own
  OutputFile voxels;
  bool is_pair = false;

  Status publish(const std::string& folder) {
    return is_pair ? publish_pair(folder, header, voxels) : voxels.publish();
  }
};

class MakeCase {
 public:
  MakeCase(Run& run, MemoryGate& gate, std::size_t threads)
      : run_(run), gate_(gate), threads_(threads), folder_(run.output.folder()) {}

  // All of its images, or none.
  Status make(PreparedCase& one) {
    std::vector<Part> parts;
    for (PreparedImage& image : one.images) {
      if (run_.stop) return Problem{Reason::interrupted, {}, "stopped by a signal"};
      auto part = make_image(image);
      if (!part) return part.problem();
      parts.push_back(std::move(*part));
    }
    auto done = publish(one, parts);
    one.is_made = done.ok();
    if (one.is_made) return done;
    for (const PreparedImage& image : one.images)
      for (const auto& name : image.made.file_names)
        static_cast<void>(remove_output(folder_.path, name));
    return done;
  }

 private:
  Status publish(const PreparedCase& one, std::vector<Part>& parts) const {
    for (auto& part : parts)
      if (auto named = part.publish(folder_.path); !named) return named;
    for (const PreparedImage& image : one.images)
      for (std::size_t i = 0; i < image.made.file_names.size(); ++i) {
        const auto& name = image.made.file_names[i];
        auto there = check_output(folder_.path + '/' + name, name, image.made.file_bytes[i],
                                  run_.settings.sync && !run_.stop);
        if (!there) return there;
      }
    return Done{};
  }

  Result<Part> make_image(PreparedImage& image) {
    const ImageFormat& format = *find_image_format(image.format);
    std::uint64_t bytes = 0;
    for (const auto& source : image.sources)
      bytes =
          std::max(bytes, resampling_bytes(source.image.file.stack->grid, source.image.file.type,
                                           image.grid, source.interpolation));
    const auto most = std::min(run_.settings.memory_budget, run_.largest_work);
    if (bytes > most)
      return Problem{Reason::exceeds_memory,
                     {},
                     "preparing it takes " + std::to_string(bytes) + " bytes, at most " +
                         std::to_string(most) +
                         " are to be taken (--memory-budget, and what is left of the memory)"};
    const auto lease = gate_.wait_for(bytes, [this] { return run_.stop != 0; });
    if (!lease) return Problem{Reason::interrupted, {}, "stopped by a signal"};
    auto part = open_part(image, format);
    if (!part) return part.problem();
    const auto made =
        resample_image(job_of(image, format, *part), [this] { return run_.stop != 0; });
    if (!made) return made.problem();
    for (OutputFile* const file : {&part->header, &part->voxels}) {
      if (file == &part->header && !part->is_pair) continue;
      if (auto whole = file->wrote_by_name(); !whole) return whole.problem();
      if (auto whole = file->finish(); !whole) return whole.problem();
    }
    describe(image, *part, *made);
    return part;
  }

  Result<Part> open_part(const PreparedImage& image, const ImageFormat& format) const {
    Part part;
    part.is_pair = format.header_place == HeaderPlace::own_file;
    auto voxels = OutputFile::create(folder_, image.stem + std::string(format.voxel_extension));
    if (!voxels) return voxels.problem();
    part.voxels = std::move(*voxels);
    if (!part.is_pair) return part;
    auto header = OutputFile::create(folder_, image.stem + std::string(format.extension));
    if (!header) return header.problem();
    part.header = std::move(*header);
    return part;
  }

  ResampleJob job_of(const PreparedImage& image, const ImageFormat& format,
                     const Part& part) const {
    ResampleJob job;
    for (const auto& source : image.sources)
      job.sources.push_back({.path = folder_.path + '/' + source.image.file.name,
                             .format = std::string(run_.format.name),
                             .grid = source.image.file.stack->grid,
                             .interpolation = source.interpolation,
                             .background = source.background});
    job.grid = image.grid;
    job.format = image.format;
    job.to = part.is_pair ? part.header.temporary_path() : part.voxels.temporary_path();
    if (part.is_pair) job.voxels = part.voxels.temporary_path();
    if (part.is_pair) job.voxel_name = std::string(bare_name(part.voxels.name()));
    job.type = image.type;
    if (image.sources.size() == 1) job.time_step = time_step(*image.sources[0].image.file.stack);
    job.threads = threads_;
    job.with_sha256 = run_.settings.sha256 == Sha256Of::all ||
                      (run_.settings.sha256 == Sha256Of::compressed && format.gzip);
    return job;
  }

  static void describe(PreparedImage& image, const Part& part, const Resampled& made) {
    ImageFile& file = image.made;
    file.stack = prepared_stack(image);
    file.type = made.type;
    file.values = {.least = made.least, .greatest = made.greatest};
    file.sha256 = made.sha256;
    const auto add = [&](const OutputFile& one) {
      file.file_names.push_back(one.name());
      file.file_bytes.push_back(one.bytes());
      file.modified_ns.push_back(one.modified_ns());
    };
    if (part.is_pair) add(part.header);
    add(part.voxels);
    file.name = file.file_names.front();
  }

  Run& run_;
  MemoryGate& gate_;
  const std::size_t threads_;
  const OutputFolder& folder_;
};

// The subject is a series, or of an arrangement's case its study.
void tell_problem(Run& run, Problem problem, bool is_of_study) {
  if (problem.reason == Reason::interrupted) return;
  spdlog::log(ends_a_run(problem.reason) ? spdlog::level::err : spdlog::level::warn,
              "{} {}: {}: {}", is_of_study ? "study" : "series", problem.subject,
              reason_code(problem.reason), problem.detail);
  run.report.problem(std::move(problem));
}

std::string subject_of(const PreparedCase& one) {
  const Series& series = *one.images.front().sources.front().image.file.stack->series;
  return one.name.empty() ? series.series_instance_uid : series.study_instance_uid;
}

}  // namespace

void prepare_images(Run& run, WorkerThreads& threads) {
  if (!run.settings.prepare || run.leaves_earlier_results || run.stop) return;
  run.prepared = choose_prepared(run);
  auto& cases = run.prepared.cases;
  const auto asked = cases.size() + run.prepared.problems.size();
  for (auto& problem : run.prepared.problems) {
    const bool is_of_study = problem.reason == Reason::channel_missing;
    tell_problem(run, std::move(problem), is_of_study);
  }
  run.prepared.problems.clear();
  const RunPhase phase(run, "prepare_images", "images", cases.size());
  auto& counters = run.report.step("prepare_images");
  MemoryGate gate(run.settings.memory_budget, run.settings.threads);
  const auto of_each = std::max<std::size_t>(
      1, run.settings.threads /
             std::max<std::size_t>(1, std::min(cases.size(), run.settings.threads)));
  threads.on(Threads::cpu, [&] {
    flow::graph graph;
    Step<PreparedCase*, Done> prepare_images(
        graph, counters, run.settings.threads, [&](PreparedCase* const& one) {
          auto made = MakeCase(run, gate, of_each).make(*one);
          run.progress.add(1);
          return made ? made
                      : Status(Problem{made.problem().reason, subject_of(*one),
                                       made.problem().detail});
        });
    flow::function_node<Problem> problems(graph, 1, [&](const Problem& problem) {
      tell_problem(run, problem, !run.prepared.channels.empty());
    });
    flow::make_edge(prepare_images.problems(), problems);
    run_graph(graph, [&] {
      for (auto& one : cases) prepare_images.in().try_put(&one);
    });
  });
  const auto made = static_cast<std::size_t>(std::ranges::count_if(cases, &PreparedCase::is_made));
  if (made < cases.size() && run.prepared.requires_channels) run.prepared.lacks_required = true;
  spdlog::info("prepared: {} of {} {}", made, asked,
               run.prepared.channels.empty() ? "images" : "cases");
}

std::map<std::string, std::uint64_t> prepared_files(const Run& run) {
  std::map<std::string, std::uint64_t> files;
  for (const auto& one : run.prepared.cases)
    for (const auto& image : one.images)
      for (std::size_t i = 0; one.is_made && i < image.made.file_names.size(); ++i)
        files.emplace(image.made.file_names[i], image.made.file_bytes[i]);
  return files;
}

Status write_prepared(const Run& run, const OutputFolder& folder) {
  if (auto written = write_prepared_volumes(folder, run.prepared.cases); !written) return written;
  return write_arrangement(folder, run.prepared, run.settings.prepare->arrange);
}

}  // namespace dcmflow
