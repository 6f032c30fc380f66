// The stages one by one, each on one thread: how long one file, one slab, one image takes.

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "stages/assemble_volume.h"
#include "stages/decode_header.h"
#include "stages/group_series.h"
#include "stages/sort_slices.h"
#include "stages/write_image.h"
#include "test-data/phantom.h"

namespace dcmflow {
namespace {

// A series on disk, in a folder that goes with it.
class Input {
 public:
  explicit Input(const PhantomSeries& series)
      : folder_((std::filesystem::temp_directory_path() / "dcmflow-bench-XXXXXX").string()) {
    if (mkdtemp(folder_.data()) == nullptr) throw std::runtime_error(folder_ + ": cannot be made");
    const auto root = std::make_shared<const std::string>(folder_);
    for (const auto& path : write_phantom_series(series, folder_))
      files_.push_back(
          std::make_shared<File>(File{root, std::filesystem::path(path).filename().string(),
                                      std::filesystem::file_size(path)}));
  }
  ~Input() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  const std::string& folder() const { return folder_; }
  const std::vector<FilePtr>& files() const { return files_; }

  InstancePtr decode(std::size_t i) {
    auto instance = decode_header(files_[i], plan_, interner_);
    if (!instance) throw std::runtime_error(instance.problem().detail);
    return *instance;
  }

  StackPtr stack() {
    GroupSeries groups;
    for (std::size_t i = 0; i < files_.size(); ++i) groups.add(decode(i));
    auto sorted = sort_slices(groups.finish().front(), Tolerances{}, same_decoded_pixels);
    return std::make_shared<const Stack>(std::move(sorted.stacks.at(0)));
  }

 private:
  std::string folder_;
  std::vector<FilePtr> files_;
  AttributeTable table_;
  HeaderPlan plan_{table_};
  HeaderInterner interner_;
};

void decode_headers(benchmark::State& state, unsigned header_elements) {
  Input input({.modality = "MR", .slices = 100, .header_elements = header_elements});
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(input.decode(i++ % input.files().size()));
  state.SetItemsProcessed(state.iterations());
}

const PhantomSeries ct_512{.columns = 512, .rows = 512, .slices = 16};

void assemble_slabs(benchmark::State& state, std::string_view transfer_syntax) {
  auto series = ct_512;
  series.transfer_syntax = transfer_syntax;
  Input input(series);
  const auto stack = input.stack();
  const auto ranges = plan_slabs(*stack);
  FrameBuffers buffers;
  std::size_t i = 0;
  std::size_t bytes = 0;
  for (auto _ : state) {
    auto slab = assemble_volume(*stack, ranges[i++ % ranges.size()], VoxelType::int16, buffers);
    if (!slab) throw std::runtime_error(slab.problem().detail);
    bytes += slab->bytes.size();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

void write_images(benchmark::State& state, std::string_view format) {
  Input input(ct_512);
  const auto stack = input.stack();
  FrameBuffers buffers;
  std::size_t bytes = 0;
  for (auto _ : state) {
    auto writer = ImageWriter::create(input.folder(), *find_image_format(format), stack,
                                      VoxelType::int16, true);
    if (!writer) throw std::runtime_error(writer.problem().detail);
    for (const auto& range : plan_slabs(*stack)) {
      state.PauseTiming();
      auto slab = assemble_volume(*stack, range, VoxelType::int16, buffers);
      bytes += slab->bytes.size();
      state.ResumeTiming();
      if (!(*writer)->write(std::move(*slab), nullptr)) throw std::runtime_error("cannot write");
    }
    if (!(*writer)->finish()) throw std::runtime_error("cannot finish");
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

BENCHMARK_CAPTURE(decode_headers, short, 0)->Name("decode_header/short");
BENCHMARK_CAPTURE(decode_headers, mr_330_elements, 300)->Name("decode_header/mr_330_elements");
BENCHMARK_CAPTURE(assemble_slabs, ct_512, transfer_syntax::explicit_little)
    ->Name("assemble_volume/ct_512");
BENCHMARK_CAPTURE(assemble_slabs, ct_512_rle, transfer_syntax::rle)
    ->Name("assemble_volume/ct_512_rle");
BENCHMARK_CAPTURE(assemble_slabs, ct_512_jpeg_lossless, transfer_syntax::jpeg_lossless_sv1)
    ->Name("assemble_volume/ct_512_jpeg_lossless");
BENCHMARK_CAPTURE(assemble_slabs, ct_512_jpeg_ls, transfer_syntax::jpeg_ls)
    ->Name("assemble_volume/ct_512_jpeg_ls");
BENCHMARK_CAPTURE(write_images, nii, "nii")->Name("write_image/nii")->UseRealTime();
BENCHMARK_CAPTURE(write_images, nii_gz, "nii.gz")->Name("write_image/nii_gz")->UseRealTime();

}  // namespace
}  // namespace dcmflow

BENCHMARK_MAIN();
