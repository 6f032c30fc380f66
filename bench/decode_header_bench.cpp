// One header, by our own walk and by DCMTK. With DCMFLOW_BENCH_HEADERS=FOLDER also those of the
// files in FOLDER.

#include <benchmark/benchmark.h>
#include <dcmtk/dcmdata/dctk.h>

#include <cstdlib>
#include <stdexcept>

#include "bench/input.h"
#include "stages/dicom/silence.h"

namespace dcmflow {
namespace {

void decode_headers(benchmark::State& state, Input& input) {
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(input.decode(i++ % input.files().size()));
  state.SetItemsProcessed(state.iterations());
}

void load_with_dcmtk(benchmark::State& state, const Input& input) {
  silence_dcmtk();
  std::size_t i = 0;
  for (auto _ : state) {
    DcmFileFormat file;
    const auto path = input.files()[i++ % input.files().size()]->path();
    if (file.loadFileUntilTag(path.c_str(), EXS_Unknown, EGL_noChange, DCM_MaxReadLength,
                              ERM_autoDetect, DCM_PixelData)
            .bad())
      throw std::runtime_error(path + ": DCMTK cannot read it");
    benchmark::DoNotOptimize(file.getDataset()->card());
  }
  state.SetItemsProcessed(state.iterations());
}

template <class Source>
void ours(benchmark::State& state, const Source& source) {
  Input input(source);
  decode_headers(state, input);
}

template <class Source>
void dcmtk(benchmark::State& state, const Source& source) {
  load_with_dcmtk(state, Input(source));
}

const bool registered = [] {
  const auto add = [](const std::string& name, const auto& source) {
    benchmark::RegisterBenchmark(name.c_str(), [source](auto& state) { ours(state, source); });
    benchmark::RegisterBenchmark((name + "_dcmtk").c_str(),
                                 [source](auto& state) { dcmtk(state, source); });
  };
  add("decode_header/ct", ct_512());
  add("decode_header/mr_330_elements", mr_330_elements());
  if (const char* folder = std::getenv("DCMFLOW_BENCH_HEADERS"))
    add("decode_header/folder", std::string(folder));
  return true;
}();

}  // namespace
}  // namespace dcmflow
