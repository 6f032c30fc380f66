#include "stages/pixels/pixel_digests.h"

#include <algorithm>
#include <limits>
#include <span>

#include "stages/base/sha256.h"
#include "stages/pixels/cells.h"
#include "stages/pixels/convert_frame.h"
#include "stages/pixels/real_voxels.h"

namespace dcmflow {
namespace {

template <class Number>
void add_number(Sha256& sha, Number number) {
  sha.add(&number, sizeof number);
}

enum class Values : std::uint8_t { stored, real, looked_up, colour };

// Stored values as 32 bits; a sign and a value above 2^31 may share those.
void add_values(std::span<const std::uint8_t> pixels, const PixelLayout& layout, Sha256& sha) {
  const auto count = static_cast<std::size_t>(layout.frame_voxels() * layout.samples_per_pixel);
  bool above = false;
  with_stored_values(pixels, layout, [&](auto value_at) {
    std::array<std::uint32_t, 4096> part;
    for (std::size_t begin = 0; begin < count; begin += part.size()) {
      const auto size = std::min(part.size(), count - begin);
      for (std::size_t i = 0; i < size; ++i) {
        const std::int64_t value = value_at(begin + i);
        above |= value > std::numeric_limits<std::int32_t>::max();
        part[i] = static_cast<std::uint32_t>(value);
      }
      sha.add(part.data(), size * sizeof part[0]);
    }
  });
  add_number(sha, above);
}

// Frames of these are decoded or inflated from their file's beginning.
bool is_read_in_order(const Instance& instance) {
  return instance.shared->encoding.deflated || instance.pixel_data.tiles_across != 0;
}

bool has_tables(const SharedHeader& shared) {
  return shared.has_modality_lut || (is_colour(shared) && shared.layout.samples_per_pixel == 1);
}

}  // namespace

bool PixelDigests::same(const Frame& a, const Frame& b) {
  const auto first = digest_of(a);
  return first && first == digest_of(b);
}

bool same_decoded_pixels(const Frame& a, const Frame& b) { return PixelDigests().same(a, b); }

FrameDigests PixelDigests::found() const {
  FrameDigests found;
  for (const auto& [instance, frames] : known_)
    for (std::uint32_t number = 0; number < frames.size(); ++number)
      if (frames[number].digest) found[instance].push_back({number, *frames[number].digest});
  return found;
}

// With those that were known before it was asked.
std::vector<PixelDigests::Known>& PixelDigests::frames_of(const Frame& frame) {
  const auto& instance = *frame.instance;
  const auto [at, is_new] = known_.try_emplace(&instance);
  auto& frames = at->second;
  frames.resize(std::max<std::size_t>(
      {frames.size(), instance.pixel_data.number_of_frames, std::size_t{frame.number} + 1}));
  const auto* const before = is_new && limits_.known ? limits_.known(instance) : nullptr;
  if (before)
    for (const auto& [number, sha256] : *before)
      if (number < frames.size()) frames[number] = {true, sha256};
  return frames;
}

const std::optional<PixelDigests::Digest>& PixelDigests::digest_of(const Frame& frame) {
  const auto& instance = *frame.instance;
  auto& known = frames_of(frame);
  if (known[frame.number].asked) return known[frame.number].digest;
  const bool all = is_read_in_order(instance);
  const auto end = all ? static_cast<std::uint32_t>(known.size()) : frame.number + 1;
  for (auto number = all ? 0 : frame.number; number < end; ++number)
    if (!known[number].asked)
      known[number] = {true, read({.instance = frame.instance, .number = number})};
  return known[frame.number].digest;
}

std::optional<PixelDigests::Digest> PixelDigests::read(const Frame& frame) {
  if ((limits_.is_stopped && limits_.is_stopped()) || !book(*frame.instance)) return std::nullopt;
  const auto& shared = *frame.instance->shared;
  Sha256 sha;
  add_number(sha, shared.layout.rows);
  add_number(sha, shared.layout.columns);
  add_number(sha, shared.layout.samples_per_pixel);
  if (has_tables(shared)) {
    auto looked_up = frame;
    if (!is_colour(shared)) looked_up.table = TableKind::modality;
    const auto type = is_colour(shared) ? VoxelType::rgb24 : VoxelType::float32;
    Buffer voxels(static_cast<std::size_t>(shared.layout.frame_voxels()) *
                  (is_colour(shared) ? 3 : sizeof(float)));
    if (!convert_frame(looked_up, type, *buffers_, voxels.span())) return std::nullopt;
    add_number(sha, is_colour(shared) ? Values::colour : Values::looked_up);
    sha.add(voxels.data(), voxels.size());
    return sha.finish();
  }
  const auto pixels = read_frame(frame, *buffers_);
  if (!pixels) return std::nullopt;
  const auto layout = cell_layout(shared.layout);
  const bool real = has_real_pixels(*frame.instance);
  add_number(sha, real ? Values::real : Values::stored);
  if (real) {
    add_number(sha, layout.bits_allocated);
    sha.add(pixels->data(), pixels->size());
  } else {
    add_values(*pixels, layout, sha);
  }
  return sha.finish();
}

// Gives back before it asks for more: who waits holds nothing.
bool PixelDigests::book(const Instance& instance) {
  const auto tables = has_tables(*instance.shared) ? sizeof(float) : 0;
  const auto bytes = frame_memory(instance) + tables * instance.shared->layout.frame_voxels();
  if (buffers_ && bytes <= booked_) return true;
  buffers_.reset();
  lease_.reset();
  booked_ = 0;
  if (limits_.book && !(lease_ = limits_.book(bytes))) return false;
  booked_ = bytes;
  buffers_ = std::make_unique<FrameBuffers>();
  return true;
}

}  // namespace dcmflow
