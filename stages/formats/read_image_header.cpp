#include "stages/formats/read_image_header.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "stages/formats/header_fields.h"
#include "stages/formats/header_readers.h"

namespace dcmflow {
namespace {

constexpr std::size_t longest_header = 8 << 10;  // of those that dcmflow writes

// The first bytes of a file, inflated where it is a gzip stream.
Result<std::string> first_bytes(const std::string& path) {
  const auto file = gzopen(path.c_str(), "rbe");
  if (file == nullptr)
    return Problem{Reason::unreadable, {}, std::generic_category().message(errno)};
  std::string bytes(longest_header, '\0');
  const int count = gzread(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose_r(file);
  if (count < 0) return malformed("it cannot be read, or its gzip stream is damaged");
  bytes.resize(static_cast<std::size_t>(count));
  return bytes;
}

struct Reader {
  std::string (*writer)(const ImageHeader&, std::string_view);
  Result<ReadHeader> (*read)(const std::string& bytes);
};
constexpr std::array readers{
    Reader{metaimage_header, read_metaimage}, Reader{metaimage_local_header, read_metaimage},
    Reader{nifti_header, read_nifti},         Reader{nifti_pair_header, read_nifti},
    Reader{nrrd_header, read_nrrd},           Reader{nrrd_gzip_header, read_nrrd},
};

const Reader* find_reader(const ImageFormat& format) {
  if (format.converted) return nullptr;
  const auto found = std::ranges::find(readers, format.header, &Reader::writer);
  return found == readers.end() ? nullptr : &*found;
}

// How dcmflow stores its types, in their order.
struct Storage {
  SampleType sample;
  std::size_t samples;
};
constexpr std::array storages{Storage{SampleType::int16, 1}, Storage{SampleType::uint16, 1},
                              Storage{SampleType::int32, 1}, Storage{SampleType::float32, 1},
                              Storage{SampleType::uint8, 3}};

std::optional<VoxelType> type_of(const ReadHeader& header) {
  const auto found = std::ranges::find_if(storages, [&](const Storage& storage) {
    return storage.sample == header.sample && storage.samples == header.samples;
  });
  if (found == storages.end()) return std::nullopt;
  return static_cast<VoxelType>(found - storages.begin());
}

}  // namespace

bool can_read_header(const ImageFormat& format) { return find_reader(format) != nullptr; }

Result<ReadHeader> read_foreign_header(const std::string& path, const ImageFormat& format) {
  const Reader* const reader = find_reader(format);
  if (reader == nullptr)
    return Problem{
        Reason::malformed, {}, "headers of " + std::string(format.name) + " are not read here"};
  const auto bytes = first_bytes(path);
  if (!bytes) return bytes.problem();
  auto header = reader->read(*bytes);
  if (header) header->image.type = type_of(*header).value_or(VoxelType{});
  return header;
}

Result<ReadHeader> read_image_header(const std::string& path, const ImageFormat& format) {
  auto header = read_foreign_header(path, format);
  if (header && !type_of(*header)) return malformed("the header names no voxel type of dcmflow's");
  return header;
}

}  // namespace dcmflow
