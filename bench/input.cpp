#include "bench/input.h"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "stages/discover_files.h"
#include "stages/pixels/read_frame.h"
#include "test-data/body.h"

namespace dcmflow {

BenchFolder::BenchFolder()
    : path_((std::filesystem::temp_directory_path() / "dcmflow-bench-XXXXXX").string()) {
  if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error(path_ + ": cannot be made");
}

BenchFolder::~BenchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Input::Input(const PhantomSeries& series) {
  const auto root = std::make_shared<const std::string>(folder_.path());
  for (const auto& path : write_phantom_series(series, folder_.path()))
    files_.push_back(share(File{.root = root,
                                .name = std::filesystem::path(path).filename().string(),
                                .size = std::filesystem::file_size(path)}));
}

Input::Input(const std::string& folder) {
  DiscoverFiles discovery(folder, "");
  while (auto file = discovery.next())
    if (*file) files_.push_back(**file);
  if (files_.empty()) throw std::runtime_error(folder + ": no files");
}

std::uint64_t Input::bytes() const {
  std::uint64_t sum = 0;
  for (const auto& file : files_) sum += file->size;
  return sum;
}

InstancePtr Input::decode(std::size_t file) {
  return value_of(decode_header(files_[file], plan_, interner_));
}

SeriesPtr Input::series() {
  GroupSeries groups;
  for (std::size_t i = 0; i < files_.size(); ++i) groups.add(decode(i));
  return groups.finish().at(0);
}

StackPtr Input::stack() {
  auto sorted = sort_slices(series(), Tolerances{}, same_decoded_pixels);
  return std::make_shared<const Stack>(std::move(sorted.stacks.at(0)));
}

PhantomSeries ct_512() {
  PhantomSeries series{.columns = 512, .rows = 512, .slices = 16, .origin{-179, -204, 0}};
  series.value = body(true, 160, 130, 1);
  return series;
}

PhantomSeries mr_330_elements() {
  return {.modality = "MR", .slices = 100, .header_elements = 290};
}

}  // namespace dcmflow
