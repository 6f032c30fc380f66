#include "stages/base/archive_kind.h"

#include <array>

namespace dcmflow {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::string_view kind;
  std::size_t offset;
  std::string_view bytes;
};
constexpr std::array magics{
    Magic{"zip", 0, "PK\x03\x04"sv},        Magic{"zip", 0, "PK\x05\x06"sv},
    Magic{"zip", 0, "PK\x07\x08"sv},        Magic{"tar", 257, "ustar"sv},
    Magic{"gzip", 0, "\x1F\x8B\x08"sv},     Magic{"zstd", 0, "\x28\xB5\x2F\xFD"sv},
    Magic{"bzip2", 4, "1AY&SY"sv},          Magic{"xz", 0, "\xFD\x37zXZ\0"sv},
    Magic{"7z", 0, "7z\xBC\xAF\x27\x1C"sv}, Magic{"rar", 0, "Rar!\x1A\x07"sv},
};
constexpr Magic dicom{"", 128, "DICM"sv};

bool begins_as(std::span<const std::uint8_t> first_bytes, const Magic& magic) {
  const std::string_view text(reinterpret_cast<const char*>(first_bytes.data()),
                              first_bytes.size());
  return text.size() >= magic.offset && text.substr(magic.offset).starts_with(magic.bytes);
}

}  // namespace

bool has_preamble(std::span<const std::uint8_t> first_bytes) {
  return begins_as(first_bytes, dicom);
}

std::string_view archive_kind(std::span<const std::uint8_t> first_bytes) {
  if (has_preamble(first_bytes)) return {};
  for (const auto& magic : magics)
    if (begins_as(first_bytes, magic)) return magic.kind;
  return {};
}

}  // namespace dcmflow
