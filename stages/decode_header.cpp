#include "stages/decode_header.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

#include "config/attributes.h"
#include "stages/dicom/dataset_start.h"
#include "stages/dicom/header_walk.h"
#include "stages/dicom/multi_frame/describe_frames.h"
#include "stages/dicom/value_text.h"
#include "stages/discover_files.h"

namespace dcmflow {
namespace {

constexpr std::string_view media_directory_class = "1.2.840.10008.1.3.10";
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
  if (header.series_instance_uid.empty() || header.study_instance_uid.empty())
    return Problem{
        Reason::no_series_uid,
        {},
        header.series_instance_uid.empty() ? "no Series Instance UID" : "no Study Instance UID"};
  for (const auto* uid : {&header.series_instance_uid, &header.study_instance_uid})
    if (!can_name_a_file(*uid))
      return Problem{Reason::invalid_uid,
                     {},
                     "the UID '" + printable(uid->substr(0, 80)) + "' has " +
                         std::to_string(uid->size()) + " characters; expected at most " +
                         std::to_string(longest_uid) + ", of digits, letters, '.', '-' and '_'"};
  return std::nullopt;
}

// What keeps a readable header with pixels from becoming an image, found without reading the
// pixels.
std::optional<Problem> find_defect(const Instance& instance, std::uint64_t file_bytes) {
  const auto& layout = instance.shared->layout;
  const auto& pixels = instance.pixel_data;
  if (pixels.kind == PixelData::Kind::none) return std::nullopt;
  if (layout.rows == 0 || layout.columns == 0 || instance.pixel_data.number_of_frames == 0 ||
      layout.samples_per_pixel == 0)
    return Problem{Reason::image_size_invalid,
                   {},
                   std::to_string(layout.columns) + " columns × " + std::to_string(layout.rows) +
                       " rows × " + std::to_string(instance.pixel_data.number_of_frames) +
                       " frames × " + std::to_string(layout.samples_per_pixel) +
                       " samples; each must be at least 1"};
  const auto bits = layout.bits_allocated;
  if (layout.bits_stored == 0 || layout.bits_stored > bits || layout.high_bit >= bits ||
      layout.high_bit + 1 < layout.bits_stored || bits > 64)
    return Problem{Reason::pixel_layout_unsupported,
                   {},
                   "Bits Allocated " + std::to_string(bits) + ", Bits Stored " +
                       std::to_string(layout.bits_stored) + ", High Bit " +
                       std::to_string(layout.high_bit) + " make no pixel"};
  // In a deflated data set the end is only known when it is inflated; assemble_volume checks it
  // there.
  if (pixels.kind == PixelData::Kind::encapsulated || instance.shared->encoding.deflated)
    return std::nullopt;
  const auto needed = native_pixel_bytes(instance);
  const auto there = std::min(pixels.length, file_bytes - std::min(file_bytes, pixels.offset));
  if (there < needed)
    return Problem{Reason::pixel_data_short,
                   {},
                   "the header promises " + std::to_string(needed) +
                       " bytes of pixels, the file has " + std::to_string(there)};
  return std::nullopt;
}

Result<InstancePtr> make_instance(const FilePtr& file, DatasetStart&& start, HeaderWalk&& walk,
                                  const HeaderPlan& plan, HeaderInterner& interner) {
  auto frames = describe_frames(walk, plan.table);
  auto instance = std::make_shared<Instance>();
  instance->file = file;
  instance->pixel_data = walk.pixel_data;
  instance->values = std::move(walk.varying);
  if (instance->sop_instance_uid().empty() && !start.sop_instance_uid.empty())
    instance->values.add(attribute_index(0x00080018), start.sop_instance_uid);
  if (!walk.repeating.find(attribute_index(0x00080016)) && !start.sop_class_uid.empty())
    walk.repeating.add(attribute_index(0x00080016), start.sop_class_uid);
  instance->values.shrink_to_fit();
  instance->shared = interner.intern({.values = std::move(walk.repeating),
                                      .transfer_syntax_uid = std::move(start.transfer_syntax_uid),
                                      .encoding = walk.encoding,
                                      .has_modality_lut = walk.has_modality_lut});
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
  auto defect = find_defect(*instance, file->size);
  if (!defect && !frames) defect = frames.problem();
  if (frames) instance->frames = std::move(*frames);
  if (defect) {
    defect->subject = file->name;
    instance->defect = std::make_unique<const Problem>(std::move(*defect));
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

Result<InstancePtr> decode_open_file(const FilePtr& file, int descriptor, const HeaderPlan& plan,
                                     HeaderInterner& interner) {
  thread_local std::vector<std::uint8_t> window;
  thread_local std::vector<std::uint8_t> inflated_window;
  // Files beside each other mostly have headers of about the same length.
  thread_local std::size_t expected = FileSource::page_bytes;
  FileSource source(descriptor, file->size, window, expected);
  auto start = find_dataset_start(source);
  if (!start) return start.problem();
  if (start->sop_class_uid == media_directory_class)
    return Problem{Reason::dicomdir, {}, "a media directory"};
  if (start->encoding.deflated) {
    InflateSource inflated(source, start->offset, inflated_window);
    auto encoding = recognise_encoding(inflated, 0, start->encoding);
    auto walk = walk_header(inflated, 0, encoding, plan);
    if (!walk) return walk.problem();
    return make_instance(file, std::move(*start), std::move(*walk), plan, interner);
  }
  auto walk = walk_header(source, start->offset, start->encoding, plan);
  if (walk) expected = read_for_header(walk->pixel_data.offset);
  if (!walk && !start->has_preamble)
    return Problem{Reason::not_dicom, {}, "no preamble, and no data set: " + walk.problem().detail};
  if (!walk) return walk.problem();
  return make_instance(file, std::move(*start), std::move(*walk), plan, interner);
}

}  // namespace

std::uint64_t native_pixel_bytes(const Instance& instance) {
  const auto& layout = instance.shared->layout;
  auto bits = std::uint64_t{layout.rows} * layout.columns * layout.samples_per_pixel *
              layout.bits_allocated;
  if (instance.shared->photometric_interpretation == "YBR_FULL_422" &&
      layout.samples_per_pixel == 3)
    bits = bits / 3 * 2;
  // At most 2^16 · 2^16 · 2^16 · 64 · 2^31 overflows: saturate instead.
  std::uint64_t total = 0;
  if (__builtin_mul_overflow(bits, std::uint64_t{instance.pixel_data.number_of_frames}, &total))
    return std::numeric_limits<std::uint64_t>::max();
  return total / 8 + (total % 8 != 0);
}

Result<InstancePtr> decode_header(const FilePtr& file, const HeaderPlan& plan,
                                  HeaderInterner& interner) {
  const int descriptor = open_file(*file);
  if (descriptor < 0)
    return Problem{Reason::unreadable, file->name,
                   std::string("cannot be opened: ") + std::strerror(errno)};
  auto instance = decode_open_file(file, descriptor, plan, interner);
  ::close(descriptor);
  if (instance) return instance;
  auto problem = instance.problem();
  problem.subject = file->name;
  return problem;
}

}  // namespace dcmflow
