#include "stages/dicom/media_directory.h"

#include <sys/stat.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "stages/base/counted.h"
#include "stages/base/open_path.h"
#include "stages/dicom/element_reader.h"
#include "stages/dicom/open_dataset.h"
#include "stages/dicom/value_text.h"

namespace dcmflow {
namespace {

constexpr std::uint32_t directory_record_sequence_tag = 0x00041220;
constexpr std::uint32_t record_in_use_tag = 0x00041410;
constexpr std::uint32_t referenced_file_id_tag = 0x00041500;

std::string text_of(ByteSource& source, const Element& element, Vr code, bool big_endian) {
  const auto bytes =
      source.up_to(element.value, std::min<std::size_t>(element.length, longest_file_id));
  return value_text(bytes, code, big_endian, "");
}

// The reader is behind the item then.
Status read_record(ElementReader& items, const Element& item, std::vector<std::string>& file_ids) {
  auto& source = items.source();
  const bool big_endian = items.encoding().big_endian;
  if (!item.has_undefined_length() && !items.has_value(item)) {
    items.skip(item);
    return items.error();
  }
  const auto end = item.has_undefined_length() ? items.end() : item.value + item.length;
  ElementReader record(source, items.encoding(), item.value, end);
  bool is_in_use = true;
  std::string file_id;
  for (Element element; record.next(element) && element.tag != item_delimiter_tag;) {
    if (element.tag == record_in_use_tag)
      is_in_use = text_of(source, element, vr('U', 'S'), big_endian) != "0";
    if (element.tag == referenced_file_id_tag && !element.has_undefined_length())
      file_id = text_of(source, element, vr('C', 'S'), big_endian);
    if (!record.skip(element)) break;
  }
  if (!record.error()) return record.error();
  if (is_in_use && !file_id.empty()) file_ids.push_back(std::move(file_id));
  items.go_to(item.has_undefined_length() ? record.offset() : end);
  return Done{};
}

Status read_records(ElementReader& reader, const Element& sequence,
                    std::vector<std::string>& file_ids) {
  const auto end = sequence.has_undefined_length() || !reader.has_value(sequence)
                       ? reader.end()
                       : sequence.value + sequence.length;
  ElementReader items(reader.source(), reader.encoding(), sequence.value, end);
  for (Element item; items.next(item) && item.tag == item_tag;)
    if (auto read = read_record(items, item, file_ids); !read) return read;
  if (!items.error()) return items.error();
  // That the data ends before the sequence does.
  if (!sequence.has_undefined_length()) reader.skip(sequence);
  return reader.error();
}

Status read_file_ids(OpenDataset& dataset, std::vector<std::string>& file_ids) {
  ElementReader reader(dataset.source(), dataset.start().encoding, dataset.begin(),
                       dataset.source().size());
  for (Element element; reader.next(element);) {
    if (element.tag == directory_record_sequence_tag)
      return read_records(reader, element, file_ids);
    if (!reader.skip(element)) break;
  }
  if (!reader.error()) return reader.error();
  return Problem{Reason::malformed, {}, "no Directory Record Sequence (0004,1220)"};
}

bool opens_a_directory(OpenDataset& dataset) {
  return dataset.open().ok() && !dataset.is_zipped() &&
         dataset.start().sop_class_uid == media_directory_class;
}

}  // namespace

std::optional<MediaDirectory> read_media_directory(const FilePtr& file) {
  OpenDataset::Windows windows;
  OpenDataset dataset(file, windows);
  if (!opens_a_directory(dataset)) return std::nullopt;
  MediaDirectory directory;
  auto read = read_file_ids(dataset, directory.file_ids);
  if (auto same = dataset.check_unchanged(); !same) read = same;
  if (!read)
    directory.damage = {read.problem().reason, file->name,
                        read.problem().detail + "; it named " +
                            counted(directory.file_ids.size(), "file") + " before that"};
  return directory;
}

bool is_media_directory(const std::string& path) {
  struct stat found {};
  if (stat_path(path, found) != 0 || !S_ISREG(found.st_mode)) return false;
  File file{.root = std::make_shared<const std::string>(path), .name = {}, .version = {}};
  file.size = static_cast<std::uint64_t>(found.st_size);
  OpenDataset::Windows windows;
  OpenDataset dataset(share(std::move(file)), windows);
  return opens_a_directory(dataset);
}

}  // namespace dcmflow
