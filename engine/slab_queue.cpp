#include "engine/slab_queue.h"

namespace dcmflow {

void SlabQueue::add(VolumePtr volume) {
  waiting_.push_back(std::move(volume));
  fill();
}

void SlabQueue::add_again(VolumePtr volume) {
  waiting_.push_front(std::move(volume));
  fill();
}

std::optional<SlabQueue::Item> SlabQueue::front() const {
  if (turns_.empty()) return std::nullopt;
  const auto& turn = turns_[turn_];
  return Item{turn.volume, turn.volume->ranges()[turn.next]};
}

void SlabQueue::pop() {
  auto& turn = turns_[turn_];
  if (++turn.next == turn.volume->ranges().size())
    turns_.erase(turns_.begin() + static_cast<std::ptrdiff_t>(turn_));
  else
    ++turn_;
  fill();
  if (turn_ >= turns_.size()) turn_ = 0;
}

void SlabQueue::fill() {
  while (turns_.size() < images_at_once_ && !waiting_.empty()) {
    turns_.push_back({std::move(waiting_.front()), 0});
    waiting_.pop_front();
  }
}

}  // namespace dcmflow
