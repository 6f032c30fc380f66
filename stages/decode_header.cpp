#include "stages/decode_header.h"

#include <algorithm>

#include "stages/base/printable.h"
#include "stages/base/stable_hash.h"
#include "stages/dicom/attributes.h"
#include "stages/dicom/header_walk.h"
#include "stages/dicom/media_directory.h"
#include "stages/dicom/multi_frame/describe_frames.h"
#include "stages/dicom/open_dataset.h"
#include "stages/dicom/value_text.h"
#include "stages/dicom/vendor/vendor_header.h"
#include "stages/pixels/header_defects.h"

namespace dcmflow {
namespace {

constexpr std::size_t longest_uid =
    128;  // PS3.5 9.1 allows 64; longer ones occur and still make file names

// A Series Instance UID becomes a file name: no separators, no "..", no control characters, no
// endless names.
bool can_name_a_file(std::string_view uid) {
  return uid.size() <= longest_uid && !uid.starts_with('.') && !uid.starts_with('-') &&
         uid.find("..") == std::string_view::npos && std::ranges::all_of(uid, [](unsigned char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                  c == '.' || c == '-' || c == '_';
         });
}

std::optional<Problem> check_uids(const SharedHeader& header) {
  if (header.series_instance_uid.empty())
    return Problem{Reason::no_series_uid, {}, "no Series Instance UID"};
  for (const auto* uid : {&header.series_instance_uid, &header.study_instance_uid})
    if (!can_name_a_file(*uid))
      return Problem{Reason::invalid_uid,
                     {},
                     "the UID '" + printable(uid->substr(0, 80)) + "' has " +
                         std::to_string(uid->size()) + " characters; expected at most " +
                         std::to_string(longest_uid) + ", of digits, letters, '.', '-' and '_'"};
  return std::nullopt;
}

// The files of one folder that say no study are one. 2.25 and any integer is a UID (PS3.5 B.2); its
// number comes from the folder's name below the input.
std::string make_study_uid(std::string_view file_name) {
  const auto folder = file_name.substr(0, std::min(file_name.rfind('/'), file_name.size()));
  return "2.25." + std::to_string(stable_hash(file_name == folder ? std::string_view() : folder));
}

// The tiles of a mosaic are its frames.
void take_tiles(Instance& instance, Mosaic&& mosaic) {
  instance.pixel_data.number_of_frames = static_cast<std::uint32_t>(mosaic.tiles->size());
  instance.pixel_data.tiles_across = mosaic.tiles_across;
  instance.extras.made().frames = std::move(mosaic.tiles);
}

// `source` is what was walked.
Result<InstancePtr> make_instance(const FilePtr& file, DatasetStart&& start, ByteSource& source,
                                  HeaderWalk&& walk, const AttributeTable& table,
                                  HeaderInterner& interner) {
  auto unpacked = read_vendor_header(source, walk);
  auto frames = describe_frames(walk, table);
  auto mosaic = unpacked ? std::move(*unpacked) : Mosaic{};
  auto instance = share<Instance>();
  instance->file = file;
  instance->pixel_data = walk.pixel_data;
  instance->values = std::move(walk.varying);
  if (instance->sop_instance_uid().empty() && !start.sop_instance_uid.empty())
    instance->values.add(attribute_index(0x00080018), start.sop_instance_uid);
  if (!walk.repeating.find(attribute_index(0x00080016)) && !start.sop_class_uid.empty())
    walk.repeating.add(attribute_index(0x00080016), start.sop_class_uid);
  instance->values.shrink_to_fit();
  const bool has_study = !walk.find(attribute_index(0x0020000D)).value_or("").empty();
  instance->shared =
      interner.intern({.values = std::move(walk.repeating),
                       .transfer_syntax_uid = std::move(start.transfer_syntax_uid),
                       .encoding = walk.encoding,
                       .has_modality_lut = walk.has_modality_lut,
                       .tile_rows = mosaic.tile_rows,
                       .tile_columns = mosaic.tile_columns,
                       .referenced_instances = walk.referenced_instances,
                       .made_study_uid = has_study ? "" : make_study_uid(file->place())});
  const auto& shared = *instance->shared;
  // Without a preamble, only what names itself as DICOM is DICOM.
  if (!start.has_preamble && shared.sop_class_uid.empty() && shared.series_instance_uid.empty() &&
      shared.modality.empty())
    return Problem{
        Reason::not_dicom, {}, "no preamble, and no SOP Class, Series or Modality in the content"};
  if (shared.sop_class_uid == media_directory_class)
    return Problem{Reason::dicomdir, {}, "a media directory"};
  if (auto problem = check_uids(shared)) return *problem;
  instance->pixel_data.number_of_frames = number_of_frames(instance->values);
  if (frames && *frames) instance->extras.made().frames = std::move(*frames);
  if (mosaic.tiles) take_tiles(*instance, std::move(mosaic));
  count_first_frame(walk, *instance);
  auto defect = find_defect(source, *instance);
  if (!defect && !frames) defect = frames.problem();
  if (!defect && !unpacked) defect = unpacked.problem();
  if (defect) {
    defect->subject = file->name;
    instance->extras.made().defect = std::make_unique<const Problem>(std::move(*defect));
  }
  return InstancePtr(std::move(instance));
}

// Whole pages, with room for a header that is a little longer.
std::size_t read_for_header(std::uint64_t bytes) {
  constexpr std::uint64_t slack = 256;
  const auto pages = (bytes + slack) / FileSource::page_bytes + 1;
  return static_cast<std::size_t>(
      std::min<std::uint64_t>(pages * FileSource::page_bytes, ByteSource::window_bytes));
}

// What is not DICOM, where it may hold DICOM.
Problem not_opened(const std::string& archive) {
  return {
      Reason::archive_not_opened,
      {},
      "found " + archive +
          ", expected a DICOM file; a zip or a tar (plain, or in gzip, zstd or bzip2) is opened "
          "where it is an INPUT itself and begins well, not within folders or archives"};
}

// A header that cannot be walked because it is too long inflated.
Problem too_long_inflated() {
  return {Reason::malformed,
          {},
          "more than " + std::to_string(most_inflated_header) +
              " bytes to inflate for the header; expected at most so many"};
}

Result<InstancePtr> decode_dataset(OpenDataset& dataset, const HeaderPlan& plan,
                                   HeaderInterner& interner, std::size_t& expected) {
  if (auto opened = dataset.open(); !opened) return opened.problem();
  auto& start = dataset.start();
  if (start.sop_class_uid == media_directory_class)
    return dataset.is_zipped()
               ? Problem{Reason::not_dicom, {}, "a gzip file, and no DICOM image in it"}
               : Problem{Reason::dicomdir, {}, "a media directory"};
  auto walk = walk_header(dataset.source(), dataset.begin(), start.encoding, plan);
  if (auto same = dataset.check_unchanged(); !same) return same.problem();
  if (dataset.is_over_budget()) return too_long_inflated();
  // What begins with the tag and the VR of a data set is one, be it damaged.
  const bool is_dicom = start.has_preamble || !start.sop_class_uid.empty() ||
                        (start.encoding.explicit_vr && !dataset.is_zipped());
  if (!walk && !is_dicom)
    return Problem{Reason::not_dicom,
                   {},
                   dataset.is_zipped() ? "a gzip file, and no data set in it"
                                       : "no preamble, and no data set: " + walk.problem().detail};
  if (!walk) return walk.problem();
  if (!start.encoding.deflated) expected = read_for_header(walk->pixel_data.offset);
  dataset.allow(most_inflated_header);
  return make_instance(dataset.file(), std::move(start), dataset.source(), std::move(*walk),
                       plan.table, interner);
}

}  // namespace

Result<InstancePtr> decode_header(const FilePtr& file, const HeaderPlan& plan,
                                  HeaderInterner& interner) {
  thread_local OpenDataset::Windows windows;
  // Files beside each other mostly have headers of about the same length.
  thread_local std::size_t expected = FileSource::page_bytes;
  OpenDataset dataset(file, windows, most_inflated_header, expected);
  auto instance = decode_dataset(dataset, plan, interner, expected);
  if (instance) return instance;
  auto problem = instance.problem();
  if (problem.reason == Reason::not_dicom)
    if (const auto archive = dataset.archive_words(); !archive.empty())
      problem = not_opened(archive);
  problem.subject = file->name;
  return problem;
}

}  // namespace dcmflow
