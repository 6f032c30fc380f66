#include "stages/dicom/element_digests.h"

#include <optional>
#include <string_view>

#include "stages/base/stable_hash.h"
#include "stages/dicom/element_reader.h"
#include "stages/dicom/open_dataset.h"
#include "stages/dicom/pixel_data_element.h"

namespace dcmflow {
namespace {

// What tells images apart is short.
constexpr std::uint64_t most_bytes = 64 * 1024;

// Of the bytes from `begin` to where the reader stands.
std::optional<std::uint64_t> digest_of(ElementReader& reader, std::uint64_t begin) {
  const auto bytes = reader.offset() - begin;
  const auto* value = reader.source().at(begin, bytes);
  if (!value) return std::nullopt;
  return stable_hash({reinterpret_cast<const char*>(value), bytes});
}

Result<std::vector<ElementDigest>> digest_level(ElementReader& reader) {
  std::vector<ElementDigest> digests;
  Element element;
  while (reader.next(element) && !is_pixel_data(element.tag)) {
    if (!reader.skip(element)) break;
    if (reader.offset() - element.value > most_bytes) continue;
    const auto digest = digest_of(reader, element.value);
    if (!digest) return Problem{Reason::unreadable, {}, "cannot be read"};
    digests.push_back({element.tag, *digest});
  }
  if (!reader.error()) return reader.error().problem();
  return digests;
}

}  // namespace

Result<std::vector<ElementDigest>> digest_elements(const FilePtr& file) {
  thread_local OpenDataset::Windows windows;
  OpenDataset dataset(file, windows);
  if (auto opened = dataset.open(); !opened) return opened.problem();
  auto& source = dataset.source();
  ElementReader reader(source, dataset.start().encoding, dataset.begin(), source.size());
  auto digests = digest_level(reader);
  if (auto same = dataset.check_unchanged(); !same) return same.problem();
  if (digests) return digests;
  auto problem = digests.problem();
  problem.subject = file->name;
  return problem;
}

}  // namespace dcmflow
