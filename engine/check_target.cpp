#include "engine/check_target.h"

#include <sys/stat.h>

#include <algorithm>
#include <string>

#include "stages/base/filesystem.h"
#include "stages/base/input_paths.h"
#include "stages/base/printable.h"
#include "stages/dicom/open_file.h"
#include "stages/formats/read_image_header.h"
#include "stages/formats/voxel_stream.h"

namespace dcmflow {
namespace {

bool lies_below(const std::string& path, const std::string& folder) {
  FileError ignored;
  const auto whole = fs::weakly_canonical(folder, ignored);
  const auto inside = fs::weakly_canonical(folder_of(path), ignored).lexically_relative(whole);
  return !inside.empty() && *inside.begin() != "..";
}

// Where the voxels of an image are; empty where that is not to be read.
std::string voxels_of(const std::string& image) {
  const auto* const format = format_of_file(image);
  if (format == nullptr || !can_read_header(*format)) return {};
  const auto header = read_foreign_header(image, *format);
  if (!header) return {};
  const auto path = voxel_path(image, *format, *header);
  return path ? *path : std::string();
}

}  // namespace

Status check_target(const ToDicomCall& call, std::span<const InstancePtr> sources) {
  const auto refuse = [&](const std::string& why) {
    return Problem{Reason::bad_settings, printable(call.to), why + "; take another name"};
  };
  struct stat target {};
  if (lstat(call.to.c_str(), &target) != 0) return Done{};
  if (call.kind == ToDicomCall::Kind::image) return Done{};  // its folder is empty
  if (!S_ISREG(target.st_mode))
    return Problem{Reason::output_not_writable, printable(call.to),
                   "it is there and no regular file"};
  for (const auto& path : {call.image, voxels_of(call.image), call.meta, call.segmentation}) {
    struct stat made_of {};
    if (stat(path.c_str(), &made_of) == 0 && made_of.st_dev == target.st_dev &&
        made_of.st_ino == target.st_ino)
      return refuse("it is one of the files that the object is made of");
  }
  if (std::ranges::any_of(sources, [&](const InstancePtr& source) {
        return source->file->version == version_of(target);
      }))
    return refuse("it is a DICOM file of the image");
  if (lies_below(call.to, call.run)) return refuse("it is a file of the run");
  return Done{};
}

}  // namespace dcmflow
