#pragma once
// Which frames hold the same pixels, whatever their encoding. No Problems: what cannot be decoded
// equals nothing.

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "stages/pixels/read_frame.h"

namespace dcmflow {

// SHA-256 of the values of one frame of an instance.
struct FrameDigest {
  std::uint32_t number = 0;  // of the frame, from 0
  std::array<std::uint8_t, 32> sha256{};
  bool operator==(const FrameDigest&) const = default;
};
using FrameDigests = std::unordered_map<const Instance*, std::vector<FrameDigest>>;

// Compares frames by a SHA-256 of their values, so that each frame is decoded once however often it
// is asked for, and a file that is a stream or a mosaic is gone through once, in stored order.
// Keeps its buffers from frame to frame. Not thread-safe: one object a thread.
class PixelDigests {
 public:
  using Lease = std::shared_ptr<void>;
  struct Limits {
    // Books bytes before they are allocated, and waits until they may be; null: they never may be.
    std::function<Lease(std::uint64_t bytes)> book = {};
    // What is left is not compared any more.
    std::function<bool()> is_stopped = {};
    // Frames that need not be decoded: nullptr for an instance of which nothing is known.
    std::function<const std::vector<FrameDigest>*(const Instance&)> known = {};
  };
  PixelDigests() = default;
  explicit PixelDigests(Limits limits) : limits_(std::move(limits)) {}

  // Whether both can be decoded, and have the same values: of the pixels, or where a palette or a
  // Modality LUT gives them, of that. Bits Stored, Bits Allocated and the transfer syntax may
  // differ.
  bool same(const Frame& a, const Frame& b);

  // Of all frames that were asked for and could be decoded, in the order of their numbers.
  FrameDigests found() const;

 private:
  using Digest = std::array<std::uint8_t, 32>;
  struct Known {
    bool asked = false;
    std::optional<Digest> digest;
  };

  const std::optional<Digest>& digest_of(const Frame& frame);
  std::vector<Known>& frames_of(const Frame& frame);
  std::optional<Digest> read(const Frame& frame);
  bool book(const Instance& instance);

  Limits limits_;
  std::unordered_map<const Instance*, std::vector<Known>> known_;  // by frame
  Lease lease_;
  std::uint64_t booked_ = 0;
  std::unique_ptr<FrameBuffers> buffers_;  // after the lease: freed before it is given back
};

}  // namespace dcmflow
