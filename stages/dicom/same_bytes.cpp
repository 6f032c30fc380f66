#include "stages/dicom/same_bytes.h"

#include <algorithm>
#include <vector>

#include "stages/dicom/byte_source.h"
#include "stages/dicom/open_file.h"

namespace dcmflow {

bool same_bytes(const FilePtr& a, const FilePtr& b) {
  if (a->size != b->size) return false;
  const auto of_a = OpenFile::open(a), of_b = OpenFile::open(b);
  if (!of_a || !of_b) return false;
  std::vector<std::uint8_t> window_a, window_b;
  FileSource source_a(of_a->descriptor(), a->size, window_a, ByteSource::window_bytes,
                      of_a->begin());
  FileSource source_b(of_b->descriptor(), b->size, window_b, ByteSource::window_bytes,
                      of_b->begin());
  for (std::uint64_t at = 0; at < a->size; at += ByteSource::window_bytes) {
    const auto bytes = std::min<std::uint64_t>(ByteSource::window_bytes, a->size - at);
    const auto part_a = source_a.up_to(at, bytes), part_b = source_b.up_to(at, bytes);
    if (part_a.size() != bytes || !std::ranges::equal(part_a, part_b)) return false;
  }
  return of_a->check_unchanged().ok() && of_b->check_unchanged().ok();
}

}  // namespace dcmflow
