#pragma once
// ImageFile ↔ bytes: an image as the catalogue keeps it, so that a later run need not make it
// again.

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "stages/dicom_types.h"
#include "stages/pixels/overview.h"

namespace dcmflow {

// Of everything that the bytes of an image follow from: its plan, the release, the format, and of
// its files name, size and times. Equal texts, equal images.
std::string image_fingerprint(const Stack& stack, std::string_view format, bool with_sha256);

// The image, but for its stack, of which only verdict and flags are kept. `overview` may be null.
std::string store_image(const ImageFile& image, std::string_view made_of,
                        const OverviewPtr& overview);

struct StoredImage {
  std::string made_of;  // see image_fingerprint()
  ImageFile file;       // without a stack
  Verdict verdict = Verdict::pass;
  std::vector<std::string> flags;
  OverviewPtr overview;  // null where no pictures were taken

  // The image of a stack with that fingerprint.
  ImageFile of(const StackPtr& stack) const;
};
// What store_image() was given; nullopt when these are other bytes. Pure.
std::optional<StoredImage> load_image(std::span<const std::uint8_t> stored);

}  // namespace dcmflow
