#pragma once
// The slabs that are still to be made, in the order in which they are admitted. No Problems.

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "engine/volume_job.h"

namespace dcmflow {

using VolumePtr = std::shared_ptr<VolumeJob>;

// The slabs of one image come in their order, since they are written in that order. Several images
// take turns: the kernel lets one thread at a time write to a file, so threads that all work on one
// image wait for each other, and those that work on different images do not. Not thread-safe.
class SlabQueue {
 public:
  struct Item {
    VolumePtr volume;
    SlabRange range;
  };

  // At most `images_at_once` images take turns; each holds a file open.
  explicit SlabQueue(std::size_t images_at_once) : images_at_once_(images_at_once) {}

  // Behind all others.
  void add(VolumePtr volume);
  // All slabs of the volume once more, ahead of those that have not begun.
  void add_again(VolumePtr volume);

  // The slab whose turn it is; nullopt when there are none.
  std::optional<Item> front() const;
  // REQUIRES: front() has a value.
  void pop();

 private:
  struct Turn {
    VolumePtr volume;
    std::size_t next;  // in ranges()
  };
  void fill();

  const std::size_t images_at_once_;
  std::deque<VolumePtr> waiting_;
  std::vector<Turn> turns_;  // none is finished
  std::size_t turn_ = 0;     // whose turn it is; < turns_.size() unless that is 0
};

}  // namespace dcmflow
