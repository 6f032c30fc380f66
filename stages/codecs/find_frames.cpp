#include <algorithm>
#include <array>
#include <optional>

#include "stages/codecs/codecs.h"

namespace dcmflow {

namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::uint32_t item = 0xE000FFFE;  // (FFFE,E000) as it is read little endian
constexpr std::uint64_t item_header_bytes = 8;
constexpr std::size_t most_fragments = 1 << 22;  // each takes more memory than it does in the file

// The value of encapsulated Pixel Data, of which only what is asked for is read.
class Value {
 public:
  Value(ByteSource& file, const PixelData& pixels)
      : file_(file),
        begin_(pixels.offset),
        size_(std::min(pixels.length, file.size() - std::min(file.size(), pixels.offset))) {}

  std::uint64_t size() const { return size_; }

  // Up to `count` bytes from `offset`, fewer at the end; valid until the next call.
  Bytes bytes(std::uint64_t offset, std::size_t count) {
    if (offset >= size_) return {};
    count = static_cast<std::size_t>(std::min<std::uint64_t>(count, size_ - offset));
    const auto* at = file_.at(begin_ + offset, count);
    return at ? Bytes(at, count) : Bytes();
  }

  // 0 beyond the end.
  std::uint32_t u32(std::uint64_t offset) {
    const auto b = bytes(offset, 4);
    if (b.size() < 4) return 0;
    return std::uint32_t{b[0]} | std::uint32_t{b[1]} << 8 | std::uint32_t{b[2]} << 16 |
           std::uint32_t{b[3]} << 24;
  }

 private:
  ByteSource& file_;
  std::uint64_t begin_;
  std::uint64_t size_;
};

bool is_item(Value& value, std::uint64_t offset) {
  return offset <= value.size() && value.size() - offset >= item_header_bytes &&
         value.u32(offset) == item;
}

// The contents of the item whose tag is at `offset`; REQUIRES is_item(value, offset).
Result<Fragment> read_item(Value& value, std::uint64_t offset) {
  const std::uint64_t length = value.u32(offset + 4);
  const std::uint64_t rest = value.size() - offset - item_header_bytes;
  if (length > rest) {
    return Problem{Reason::pixel_data_short, "",
                   "a fragment of " + std::to_string(length) + " bytes at offset " +
                       std::to_string(offset) + " of the pixel data, where " +
                       std::to_string(rest) + " bytes are left"};
  }
  return Fragment{offset + item_header_bytes, length};
}

// All fragments behind the offset table, up to the first thing that is no item: the sequence
// delimiter, trailing bytes, the end.
Result<FrameFragments> read_fragments(Value& value, std::uint64_t offset) {
  FrameFragments fragments;
  while (is_item(value, offset)) {
    const auto fragment = read_item(value, offset);
    if (!fragment) return fragment.problem();
    fragments.push_back(*fragment);
    if (fragments.size() > most_fragments) {
      return Problem{
          Reason::malformed, "",
          "more than " + std::to_string(most_fragments) + " fragments; expected at most so many"};
    }
    offset = fragment->offset + fragment->length;
    // Some writers pad an odd fragment without counting the byte.
    if (fragment->length % 2 == 1 && !is_item(value, offset) && is_item(value, offset + 1)) {
      ++offset;
    }
  }
  return fragments;
}

bool is_empty(const Fragment& fragment) { return fragment.length == 0; }

// `starts` are the indices of each frame's first fragment; the first is 0.
std::vector<FrameFragments> split_at(const FrameFragments& fragments,
                                     const std::vector<std::size_t>& starts) {
  std::vector<FrameFragments> frames;
  frames.reserve(starts.size());
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const std::size_t last = i + 1 < starts.size() ? starts[i + 1] : fragments.size();
    frames.emplace_back(fragments.begin() + static_cast<std::ptrdiff_t>(starts[i]),
                        fragments.begin() + static_cast<std::ptrdiff_t>(last));
  }
  return frames;
}

// Where the Basic Offset Table says that frames start; nullopt when it does not name the start of a
// fragment for every frame, in order. Its offsets count from the tag of the first fragment (PS3.5
// A.4). REQUIRES: a frame, and a fragment for each.
std::optional<std::vector<std::size_t>> starts_from_table(Value& value, const Fragment& table,
                                                          const FrameFragments& fragments,
                                                          std::uint32_t number_of_frames) {
  if (table.length != std::uint64_t{number_of_frames} * 4) return std::nullopt;
  const std::uint64_t base = fragments.front().offset;
  std::vector<std::size_t> starts;
  std::size_t candidate = 0;
  for (std::uint32_t i = 0; i < number_of_frames; ++i) {
    const std::uint64_t start = base + value.u32(table.offset + std::uint64_t{i} * 4);
    while (candidate < fragments.size() && fragments[candidate].offset < start) ++candidate;
    if (candidate == fragments.size() || fragments[candidate].offset != start) return std::nullopt;
    starts.push_back(candidate++);
  }
  return starts.front() == 0 ? std::optional(starts) : std::nullopt;
}

// Start of a JPEG or JPEG-LS image, of a JPEG 2000 codestream, of a JP2 file. Entropy-coded bytes
// never look like the first two.
bool starts_codestream(Value& value, const Fragment& fragment) {
  constexpr std::array<std::uint8_t, 2> jpeg = {0xFF, 0xD8};
  constexpr std::array<std::uint8_t, 4> jpeg_2000 = {0xFF, 0x4F, 0xFF, 0x51};
  constexpr std::array<std::uint8_t, 8> jp2 = {0, 0, 0, 0x0C, 0x6A, 0x50, 0x20, 0x20};
  const auto first = value.bytes(
      fragment.offset, static_cast<std::size_t>(std::min<std::uint64_t>(fragment.length, 8)));
  const auto begins_with = [&](Bytes magic) {
    return first.size() >= magic.size() && std::ranges::equal(first.first(magic.size()), magic);
  };
  return begins_with(jpeg) || begins_with(jpeg_2000) || begins_with(jp2);
}

// The end marker FF D9 (the same for all of them), and a little padding behind it.
bool ends_codestream(Value& value, const Fragment& fragment) {
  constexpr std::uint64_t looked_at = 64;
  const auto count = std::min(fragment.length, looked_at);
  auto last =
      value.bytes(fragment.offset + fragment.length - count, static_cast<std::size_t>(count));
  while (!last.empty() && last.back() == 0) last = last.first(last.size() - 1);
  return last.size() >= 2 && last.back() == 0xD9 && last[last.size() - 2] == 0xFF;
}

std::vector<std::size_t> starts_by_first_bytes(Value& value, const FrameFragments& fragments) {
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < fragments.size(); ++i) {
    if (i == 0 || starts_codestream(value, fragments[i])) {
      starts.push_back(i);
    }
  }
  return starts;
}

std::vector<std::size_t> starts_by_last_bytes(Value& value, const FrameFragments& fragments) {
  std::vector<std::size_t> starts;
  bool at_start = true;
  for (std::size_t i = 0; i < fragments.size(); ++i) {
    if (at_start) starts.push_back(i);
    at_start = ends_codestream(value, fragments[i]);
  }
  return starts;
}

}  // namespace

Result<std::vector<FrameFragments>> find_frames(ByteSource& file, const PixelData& pixels) {
  Value value(file, pixels);
  if (!is_item(value, 0)) {
    return Problem{Reason::malformed, "",
                   "encapsulated pixel data of " + std::to_string(value.size()) +
                       " bytes that does not start with a Basic Offset Table item of 8 or more"};
  }
  const auto table = read_item(value, 0);
  if (!table) return table.problem();
  auto fragments = read_fragments(value, table->offset + table->length);
  if (!fragments) return fragments.problem();
  const std::uint32_t wanted = std::max(pixels.number_of_frames, 1U);
  if (fragments->size() < wanted) {
    return Problem{Reason::pixel_data_short, "",
                   std::to_string(fragments->size()) + " fragments for " + std::to_string(wanted) +
                       " frames; expected at least one a frame"};
  }
  if (wanted == 1) return split_at(*fragments, {0});
  if (const auto starts = starts_from_table(value, *table, *fragments, wanted)) {
    return split_at(*fragments, *starts);
  }
  if (fragments->size() != wanted) std::erase_if(*fragments, is_empty);
  if (fragments->size() == wanted) {
    std::vector<FrameFragments> frames;
    for (const auto& fragment : *fragments) frames.push_back({fragment});
    return frames;
  }
  for (const auto find_starts : {starts_by_first_bytes, starts_by_last_bytes}) {
    const auto starts = find_starts(value, *fragments);
    if (starts.size() == wanted) return split_at(*fragments, starts);
  }
  return Problem{Reason::malformed, "",
                 std::to_string(fragments->size()) + " fragments for " + std::to_string(wanted) +
                     " frames, with neither a usable offset table nor " + std::to_string(wanted) +
                     " codestreams to tell them apart"};
}

}  // namespace dcmflow
