// What a model hands over: the head of an image file, in each format, and the names of segments.

#include <algorithm>
#include <string>

#include "stages/formats/header_readers.h"
#include "stages/to_dicom/match_grid.h"
#include "stages/to_dicom/segment_meta.h"
#include "tests/fuzz/fuzz_target.h"

using namespace dcmflow;
using namespace dcmflow::fuzz;

namespace {

void look_at(const Result<ReadHeader>& read) {
  if (!read) return;
  const ImageHeader& image = read->image;
  promise(image.volumes > 0 && std::ranges::all_of(image.grid.size, [](auto n) { return n > 0; }),
          "what was read has voxels");
  promise(read->samples > 0, "a voxel has samples");
  const Grid source{
      .size = {3, 4, 5}, .spacing = {1, 1, 1}, .direction = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}};
  const auto match = match_grid(source, image.grid);
  promise(!match.map || match.has_size, "the same lattice has the same size");
  static_cast<void>(map_lattice(source, image.grid));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(input), size);
  look_at(read_metaimage(bytes));
  look_at(read_nifti(bytes));
  look_at(read_nrrd(bytes));
  if (const auto meta = parse_segment_meta(bytes, "meta.json"))
    promise(!meta->segments.empty() &&
                std::ranges::adjacent_find(meta->segments, std::ranges::greater_equal(),
                                           &MetaSegment::number) == meta->segments.end(),
            "segments are in order, each once");
  return 0;
}
