#include "stages/pixels/header_values.h"

#include <algorithm>
#include <vector>

#include "stages/dicom/header_walk.h"
#include "stages/dicom/open_dataset.h"

namespace dcmflow {
namespace {

constexpr std::uint32_t first_pixel_data_tag = 0x7FE00008;
constexpr std::size_t deepest_path = 4;

// Goes through the data set once, forward only: an inflated stream cannot go back.
class HeaderVisit {
 public:
  HeaderVisit(ByteSource& source, std::span<const std::uint32_t> sequences,
              std::span<const std::uint32_t> tags,
              const std::function<void(const HeaderValue&)>& visit)
      : source_(source), sequences_(sequences), tags_(tags), visit_(visit) {}

  // The elements from `offset`, up to an item's delimiter or `end`; returns where they end, or
  // nullopt when they cannot be told apart: see error().
  std::optional<std::uint64_t> elements(std::uint64_t offset, std::uint64_t end,
                                        DatasetEncoding encoding) {
    std::optional<ElementReader> reader(std::in_place, source_, encoding, offset, end);
    for (Element element; reader->next(element);) {
      if (element.tag == item_delimiter_tag) return element.value;
      if (element.tag == 0 || (path_.empty() && element.tag >= first_pixel_data_tag))
        return element.value;
      if (contains(tags_, element.tag)) tell(element, *reader);
      if (path_.size() < deepest_path && contains(sequences_, element.tag)) {
        const auto behind = items(element, end, encoding);
        if (!behind) return std::nullopt;
        reader.emplace(source_, encoding, *behind, end);
      } else if (!reader->skip(element)) {
        break;
      }
    }
    error_ = reader->error();
    if (!error_) return std::nullopt;
    return reader->offset();
  }

  const Status& error() const { return error_; }

 private:
  static bool contains(std::span<const std::uint32_t> tags, std::uint32_t tag) {
    return std::ranges::find(tags, tag) != tags.end();
  }

  void tell(const Element& element, const ElementReader& reader) {
    if (element.length > longest_kept_value || !reader.has_value(element)) return;
    if (const auto* bytes = source_.at(element.value, element.length))
      visit_({path_, element, {bytes, element.length}, reader.encoding().big_endian});
  }

  // The items of a sequence; returns where it ends.
  std::optional<std::uint64_t> items(const Element& sequence, std::uint64_t end,
                                     DatasetEncoding encoding) {
    if (sequence.vr == vr('U', 'N')) encoding = {.explicit_vr = false};
    if (!sequence.has_undefined_length()) end = std::min(end, sequence.value + sequence.length);
    path_.push_back({sequence.tag, 0});
    std::uint64_t at = sequence.value;
    while (at < end) {
      ElementReader reader(source_, encoding, at, end);
      Element item;
      if (!reader.next(item) || item.tag != item_tag) {
        error_ = reader.error();
        at = item.tag == sequence_delimiter_tag ? item.value : end;
        break;
      }
      const auto item_end =
          item.has_undefined_length() ? end : std::min(end, item.value + item.length);
      const auto behind = elements(item.value, item_end, encoding);
      if (!behind) return std::nullopt;
      at = item.has_undefined_length() ? *behind : item_end;
      ++path_.back().item;
    }
    path_.pop_back();
    if (!error_) return std::nullopt;
    return at;
  }

  ByteSource& source_;
  std::span<const std::uint32_t> sequences_, tags_;
  const std::function<void(const HeaderValue&)>& visit_;
  std::vector<ItemPlace> path_;
  Status error_{Done{}};
};

}  // namespace

Status visit_header(const Instance& instance, std::span<const std::uint32_t> sequences,
                    std::span<const std::uint32_t> tags,
                    const std::function<void(const HeaderValue&)>& visit) {
  OpenDataset::Windows windows;
  OpenDataset dataset(instance.file, windows);
  if (auto opened = dataset.open(); !opened) return opened;
  auto& source = dataset.source();
  HeaderVisit header(source, sequences, tags, visit);
  if (header.elements(dataset.begin(), source.size(), instance.shared->encoding))
    return dataset.check_unchanged();
  const auto& problem = header.error().problem();
  return Problem{problem.reason, instance.file->name, problem.detail};
}

}  // namespace dcmflow
