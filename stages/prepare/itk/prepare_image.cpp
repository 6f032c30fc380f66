#include "stages/prepare/itk/prepare_image.h"

#include <itkMultiThreaderBase.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "stages/base/printable.h"
#include "stages/formats/read_image_header.h"
#include "stages/prepare/itk/image_sink.h"
#include "stages/prepare/itk/slab_resampler.h"
#include "stages/prepare/itk/slice_window.h"
#include "stages/prepare/resample_plan.h"
#include "stages/prepare/target_grid.h"

namespace dcmflow {
namespace {

constexpr std::uint32_t most_voxels_along = 1'000'000;

Problem refused(const ResampleSource& source, const std::string& what) {
  return {Reason::malformed, source.path, printable(source.path) + ": " + what};
}

// A source, and what is known of it before its voxels are read.
struct OpenSource {
  const ResampleSource& of;
  const ImageFormat& format;
  ReadHeader header;
  Grid grid;
};

Result<OpenSource> open_source(const ResampleSource& source) {
  const auto* const format =
      source.format.empty() ? format_of_file(source.path) : find_image_format(source.format);
  if (format == nullptr || !can_read_header(*format))
    return refused(source, "no format that is read here");
  auto header = read_image_header(source.path, *format);
  if (!header)
    return Problem{header.problem().reason, source.path,
                   printable(source.path) + ": " + header.problem().detail};
  const auto& image = header->image;
  const auto grid = source.grid.value_or(image.grid);
  if (grid.size != image.grid.size)
    return refused(source, "the job gives it another size than its header");
  if (!image.grid.is_placed || !is_orthogonal(grid))
    return refused(source, "its grid is sheared, or not placed");
  if (image.type == VoxelType::rgb24) return refused(source, "it is in colour");
  if (image.scale) return refused(source, "its voxels are as stored, with a scale in the header");
  if (*std::ranges::max_element(grid.size) > most_voxels_along)
    return refused(source, "it has more than 1000000 voxels along an axis");
  return OpenSource{source, *format, std::move(*header), grid};
}

// The image that comes to be.
class Preparation {
 public:
  Preparation(const ResampleJob& job, ImageSink sink, VoxelType type)
      : job_(job), sink_(std::move(sink)), made_{.type = type} {}

  Status add(const OpenSource& source) {
    switch (source.header.image.type) {
      case VoxelType::int16:
        return add_as<std::int16_t>(source);
      case VoxelType::uint16:
        return add_as<std::uint16_t>(source);
      case VoxelType::int32:
        return add_as<std::int32_t>(source);
      default:
        return add_as<float>(source);
    }
  }

  Result<Resampled> finish() {
    auto sha256 = sink_.finish();
    if (!sha256) return sha256.problem();
    made_.sha256 = std::move(*sha256);
    made_.least = std::isfinite(least_) ? least_ : 0;
    made_.greatest = std::isfinite(greatest_) ? greatest_ : 0;
    return made_;
  }

 private:
  template <class Pixel>
  Status add_as(const OpenSource& source) {
    return makes_new_values(source.of.interpolation) ? resample<Pixel, float>(source)
                                                     : resample<Pixel, Pixel>(source);
  }

  template <class Pixel, class Made>
  Status resample(const OpenSource& source) {
    auto stream = VoxelStream::open(source.of.path, source.format, source.header);
    if (!stream) return named(stream.problem(), source);
    const auto plan = plan_resampling(source.grid, job_.grid, source.of.interpolation);
    SliceWindow<Pixel> window(std::move(*stream), source.grid, plan.window_slices);
    for (std::uint32_t volume = 0; volume < source.header.image.volumes; ++volume) {
      window.begin_volume();
      SlabResampler<Pixel, Made> resampler(source.grid, job_.grid, source.of.interpolation,
                                           source.of.background);
      if (auto done = resample_volume<Made>(source, plan, window, resampler); !done) return done;
      if (auto done = window.skip_rest(); !done) return named(done.problem(), source);
    }
    return Done{};
  }

  template <class Made, class Window, class Resampler>
  Status resample_volume(const OpenSource& source, const ResamplePlan& plan, Window& window,
                         Resampler& resampler) {
    const auto slices = job_.grid.size[2];
    for (std::uint32_t first = 0; first < slices; first += plan.slab_slices) {
      const SlabRange slab{first, std::min(plan.slab_slices, slices - first)};
      const auto needed = plan.streams ? needed_slices(source.grid, job_.grid, slab)
                                       : SlabRange{0, source.grid.size[2]};
      const auto before = window.held();
      if (auto moved = window.move_to(needed); !moved) return named(moved.problem(), source);
      // ITK knows what it made of an image by the image: the same window is told once.
      if (first == 0 || window.held().first_slice != before.first_slice ||
          window.held().slices != before.slices)
        resampler.set_window(window.voxels(), window.held());
      if (auto done = append<Made>(resampler.make(slab)); !done) return done;
    }
    return Done{};
  }

  template <class Made>
  Status append(std::span<const Made> voxels) {
    switch (made_.type) {
      case VoxelType::int16:
        return append_as<std::int16_t>(voxels);
      case VoxelType::uint16:
        return append_as<std::uint16_t>(voxels);
      case VoxelType::int32:
        return append_as<std::int32_t>(voxels);
      default:
        return append_as<float>(voxels);
    }
  }

  template <class Written, class Made>
  Status append_as(std::span<const Made> voxels) {
    std::vector<Written> written(voxels.size());
    for (std::size_t i = 0; i < voxels.size(); ++i) {
      written[i] = rounded_to<Written>(static_cast<double>(voxels[i]));
      const auto value = static_cast<double>(written[i]);
      // False of what is no number.
      if (value < least_) least_ = value;
      if (value > greatest_) greatest_ = value;
    }
    return sink_.append(
        {reinterpret_cast<const std::uint8_t*>(written.data()), written.size() * sizeof(Written)});
  }

  static Problem named(const Problem& problem, const OpenSource& source) {
    return {problem.reason, source.of.path, printable(source.of.path) + ": " + problem.detail};
  }

  const ResampleJob& job_;
  ImageSink sink_;
  Resampled made_;
  double least_ = std::numeric_limits<double>::infinity();
  double greatest_ = -std::numeric_limits<double>::infinity();
};

}  // namespace

Result<Resampled> prepare_image(const ResampleJob& job) {
  itk::MultiThreaderBase::SetGlobalDefaultNumberOfThreads(
      static_cast<itk::ThreadIdType>(job.threads));
  std::vector<OpenSource> sources;
  ImageHeader header{.grid = job.grid, .volumes = 0, .time_step = job.time_step};
  for (const auto& source : job.sources) {
    auto opened = open_source(source);
    if (!opened) return opened.problem();
    sources.push_back(std::move(*opened));
    header.volumes += sources.back().header.image.volumes;
  }
  header.type = job.type.value_or(makes_new_values(job.sources.front().interpolation)
                                      ? VoxelType::float32
                                      : sources.front().header.image.type);
  auto sink = ImageSink::create(job, header);
  if (!sink) return sink.problem();
  Preparation preparation(job, std::move(*sink), header.type);
  for (const auto& source : sources)
    if (auto done = preparation.add(source); !done) return done.problem();
  return preparation.finish();
}

}  // namespace dcmflow
