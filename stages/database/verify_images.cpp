#include "stages/database/verify_images.h"

#include <sys/stat.h>

#include <array>
#include <optional>
#include <set>
#include <utility>

#include "stages/base/output_place.h"
#include "stages/base/printable.h"
#include "stages/database/compare_grids.h"
#include "stages/database/fingerprint.h"
#include "stages/formats/read_image_header.h"

namespace dcmflow {
namespace {

class ImageVerifier {
 public:
  ImageVerifier(const std::string& folder, const CatalogueClaims& catalogue, Verification& answer)
      : folder_(folder), catalogue_(catalogue), answer_(answer) {}

  void check_image(const VolumeClaim& claim);

 private:
  void differs(const std::string& file, std::string what) {
    answer_.differs(file, std::move(what));
  }
  std::optional<std::uint64_t> check_file(const std::string& name, const CatalogueClaim* known);
  void check_header(const VolumeClaim& claim, const ImageFormat& format);
  void check_grid(const VolumeClaim& claim, const ImageHeader& found);
  void check_sha256(const VolumeClaim& claim, const CatalogueClaim* known);
  void check_catalogue_image(const VolumeClaim& claim, const CatalogueClaim& known);

  const std::string& folder_;
  const CatalogueClaims& catalogue_;
  Verification& answer_;
  std::set<std::string> image_names_;
};

// That it is there, a regular file, and as large as the catalogue says; its size.
std::optional<std::uint64_t> ImageVerifier::check_file(const std::string& name,
                                                       const CatalogueClaim* known) {
  struct stat found {};
  if (lstat((folder_ + '/' + name).c_str(), &found) != 0) {
    differs(name, "is not there");
    return std::nullopt;
  }
  if (!S_ISREG(found.st_mode)) {
    differs(name, "is no regular file");
    return std::nullopt;
  }
  const auto size = static_cast<std::uint64_t>(found.st_size);
  ++answer_.files;
  answer_.bytes += size;
  if (!known) return size;
  const auto expected = known->sizes.find(name);
  if (expected == known->sizes.end())
    differs(name, "is not in the catalogue");
  else if (static_cast<std::uint64_t>(expected->second) != size)
    differs(name, "has " + std::to_string(size) + " bytes, the catalogue says " +
                      std::to_string(expected->second));
  return size;
}

void ImageVerifier::check_image(const VolumeClaim& claim) {
  ++answer_.images;
  const auto found = catalogue_.find(claim.file);
  const CatalogueClaim* const known = found == catalogue_.end() ? nullptr : &found->second;
  if (answer_.has_catalogue && !known) differs(claim.file, "is not in the catalogue");
  bool is_there = !claim.files.empty();
  for (std::size_t file = 0; const auto& name : claim.files) {
    if (!image_names_.insert(name).second) differs(name, "is named twice in volumes.json");
    const auto size = check_file(name, known);
    is_there &= size.has_value();
    if (size && file < claim.bytes.size() && claim.bytes[file] != *size)
      differs(name, "has " + std::to_string(*size) + " bytes, labels.json says " +
                        std::to_string(claim.bytes[file]));
    ++file;
  }
  if (known) check_catalogue_image(claim, *known);
  const ImageFormat* const format = format_of_file(claim.file);
  if (!format) differs(claim.file, "has the name of no image format");
  if (!is_there || !format) return;
  if (can_read_header(*format)) check_header(claim, *format);
  check_sha256(claim, known);
}

void ImageVerifier::check_catalogue_image(const VolumeClaim& claim, const CatalogueClaim& known) {
  const auto& size = claim.grid.size;
  const std::array<std::int64_t, 4> dimensions{size[0], size[1], size[2], claim.volumes};
  if (dimensions != known.dimensions)
    differs(claim.file, "volumes.json says " + number_words(dimensions) + ", the catalogue " +
                            number_words(known.dimensions));
  if (!is_near(known.spacing, claim.grid.spacing, 0))
    differs(claim.file, "volumes.json says spacing " + number_words(claim.grid.spacing) +
                            ", the catalogue " + number_words(known.spacing));
  if (claim.grid.is_placed && !is_near(known.origin, claim.grid.origin, 1))
    differs(claim.file, "volumes.json says origin " + number_words(claim.grid.origin) +
                            ", the catalogue " + number_words(known.origin));
  if (static_cast<std::int64_t>(claim.slices) != known.slices)
    differs(claim.file, "volumes.json lists " + std::to_string(claim.slices) +
                            " frames, the catalogue " + std::to_string(known.slices));
  if (claim.sha256 != known.sha256)
    differs(claim.file, "volumes.json and the catalogue say two SHA-256");
}

void ImageVerifier::check_header(const VolumeClaim& claim, const ImageFormat& format) {
  const auto header = read_image_header(folder_ + '/' + claim.file, format);
  if (!header) return differs(claim.file, header.problem().detail);
  const auto type = voxel_type_name(header->image.type);
  if (type != claim.voxel_type)
    differs(claim.file,
            "its voxels are " + std::string(type) + ", volumes.json says " + claim.voxel_type);
  check_grid(claim, header->image);
  const auto& size = header->image.grid.size;
  const bool is_raw_file = !format.gzip && format.header_place == HeaderPlace::own_file;
  if (is_raw_file && claim.files.size() == 2) {
    if (!header->voxel_file.empty() && header->voxel_file != bare_name(claim.files[1]))
      differs(claim.file, "its voxels are in " + printable(header->voxel_file) +
                              ", volumes.json says " + printable(claim.files[1]));
    const auto expected = std::uint64_t{size[0]} * size[1] * size[2] * header->image.volumes *
                          voxel_bytes(header->image.type);
    struct stat voxels {};
    if (stat((folder_ + '/' + claim.files[1]).c_str(), &voxels) == 0 &&
        static_cast<std::uint64_t>(voxels.st_size) != expected)
      differs(claim.files[1], "has " + std::to_string(voxels.st_size) + " bytes, its header says " +
                                  std::to_string(expected));
  }
}

void ImageVerifier::check_grid(const VolumeClaim& claim, const ImageHeader& found) {
  Grid is = found.grid, said = claim.grid;
  // Some headers say a place where there is none.
  if (!said.is_placed) is.is_placed = false;
  for (const auto& [of, first, second, largest] :
       compare_grids(is, found.volumes, said, claim.volumes, float_precision))
    differs(claim.file,
            "its header says " + std::string(of) + ' ' + first + ", volumes.json " + second);
}

void ImageVerifier::check_sha256(const VolumeClaim& claim, const CatalogueClaim* known) {
  const auto& expected = claim.sha256.empty() && known ? known->sha256 : claim.sha256;
  if (expected.empty()) return;
  const auto& voxels = claim.files.back();
  const auto found = fingerprint_of_file(folder_ + '/' + voxels);
  ++answer_.hashed;
  if (!found)
    differs(voxels, "cannot be read: " + found.problem().detail);
  else if (*found != expected)
    differs(voxels, "has SHA-256 " + *found + ", expected " + expected);
}

}  // namespace

void verify_images(const std::string& folder, const std::vector<VolumeClaim>& volumes,
                   const CatalogueClaims& catalogue, Verification& answer) {
  ImageVerifier verifier(folder, catalogue, answer);
  for (const VolumeClaim& claim : volumes) verifier.check_image(claim);
}

}  // namespace dcmflow
