#include "stages/dicomweb/received_instance.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "stages/codecs/codecs.h"
#include "stages/decode_header.h"
#include "stages/dicom/open_file.h"

namespace dcmflow {
namespace {

// The header knows how long uncompressed pixels are; of others the fragments tell.
std::optional<Problem> find_shortness(const Instance& instance) {
  if (instance.defect() && instance.defect()->reason == Reason::pixel_data_short)
    return *instance.defect();
  if (instance.pixel_data.kind != PixelData::Kind::encapsulated ||
      instance.shared->encoding.deflated)
    return std::nullopt;
  const auto file = OpenFile::open(instance.file);
  if (!file) return file.problem();
  std::vector<std::uint8_t> window;
  FileSource source(file->descriptor(), instance.file->size, window, FileSource::page_bytes);
  const auto frames = find_frames(source, instance.pixel_data);
  if (!frames && frames.problem().reason == Reason::pixel_data_short) return frames.problem();
  return std::nullopt;
}

}  // namespace

Result<InstanceUids> ReceivedInstances::identify(const std::string& path, std::uint64_t bytes) {
  const auto without_subject = [](Problem problem) {
    problem.subject.clear();
    // A run quotes it; what a server puts there may be a patient's name.
    if (problem.reason == Reason::invalid_uid) problem.detail = "a UID of the file is none";
    return problem;
  };
  File file;
  file.root = std::make_shared<const std::string>(path);
  file.size = bytes;
  const auto instance = decode_header(share(std::move(file)), plan_, interner_);
  interner_.forget();  // of thousands that come and go
  if (!instance) return without_subject(instance.problem());
  if (auto shortness = find_shortness(**instance)) return without_subject(std::move(*shortness));
  const auto& header = *(*instance)->shared;
  return InstanceUids{header.study_instance_uid, header.series_instance_uid,
                      std::string((*instance)->sop_instance_uid())};
}

}  // namespace dcmflow
