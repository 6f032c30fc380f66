#include "stages/discovery/look_ahead.h"

#include <algorithm>
#include <exception>

namespace dcmflow {
namespace {

using State = LookedPart::State;

bool is_taken_now(LookedPart& part) {
  auto expected = State::free;
  return part.state.compare_exchange_strong(expected, State::taken);
}

void give(LookedPart& part, State state) {
  part.state.store(state);
  part.state.notify_all();
}

}  // namespace

void LookAhead::leave_threads() {
  ends_ = true;
  if (threads_.wait) threads_.wait();
  threads_ = {};
  ends_ = false;
}

// Who has to wait looks at what comes behind.
std::optional<std::vector<LookedEntry>> LookAhead::take(const std::shared_ptr<LookedFolder>& folder,
                                                        std::size_t part) {
  auto& wanted = folder->part(part);
  if (wanted.state != State::done) call_helps();
  while (wanted.state != State::done) {
    if (is_taken_now(wanted)) {
      if (!look({folder, part}, true)) return std::nullopt;
    } else if (!look_at_next(true)) {
      wanted.state.wait(State::taken);
    }
  }
  wanted.booking = Booking();
  call_helps();
  return std::move(wanted.entries);
}

// Not for each part that the walker takes: when half of what may be known is used up.
void LookAhead::call_helps() {
  if (!threads_.spawn || ahead_ > most_ahead / 2) return;
  std::size_t units = 0;
  {
    const Lock lock(mutex_);
    units = units_.size();
  }
  for (const auto most = std::min(units, threads_.others); helps_ < most;) {
    ++helps_;
    try {
      threads_.spawn([this] { help(); });
    } catch (...) {
      --helps_;
      throw;
    }
  }
}

// What it cannot do, as without memory, the walker does, and tells.
void LookAhead::help() noexcept {
  try {
    while (look_at_next(false)) {
    }
  } catch (const std::exception&) {
    // The part is free again.
  }
  --helps_;
}

bool LookAhead::look_at_next(bool by_walker) {
  const auto next = take_next();
  return next && look(*next, by_walker);
}

std::optional<LookAhead::Taken> LookAhead::take_next() {
  if (ends_ || ahead_ >= most_ahead || is_given_up()) return std::nullopt;
  const Lock lock(mutex_);
  for (const auto& unit : units_)
    if (auto folder = unit.folder.lock(); folder && is_taken_now(folder->part(unit.part)))
      return Taken{std::move(folder), unit.part};
  return std::nullopt;
}

bool LookAhead::look(const Taken& taken, bool by_walker) {
  auto& part = taken.folder->part(taken.part);
  bool is_done = false;
  const std::function<std::size_t()> work = [&] {
    const auto asked = look_at_part(*taken.folder, taken.part, rules_,
                                    [&] { return (!by_walker && ends_) || is_given_up(); });
    is_done = asked.has_value();
    return asked.value_or(0);
  };
  try {
    if (threads_.around)
      threads_.around(work, by_walker);
    else
      work();
    if (is_done) finish(taken);
  } catch (...) {
    give(part, State::free);
    throw;
  }
  give(part, is_done ? State::done : State::free);
  return is_done;
}

// Puts into the list what follows from the part, in its place: of a folder that the walker came to
// first, which has none, at the front.
void LookAhead::finish(const Taken& taken) {
  auto& folder = *taken.folder;
  auto& part = folder.part(taken.part);
  std::list<LookUnit> found;
  const auto add = [&](const std::shared_ptr<LookedFolder>& of, std::size_t i) {
    found.push_back({of, i});
    of->part(i).place = std::prev(found.end());
  };
  for (const auto& entry : part.entries)
    if (entry.folder && !entry.is_link) add(entry.folder, 0);
  const bool is_first = taken.part == 0;
  for (std::size_t i = 1; is_first && i < folder.parts(); ++i) add(taken.folder, i);
  part.booking =
      Booking(ahead_, part.entries.size() +
                          (is_first ? entries_of_folder + folder.listing.names.size() : 0));

  const Lock lock(mutex_);
  units_.splice(part.place.value_or(units_.begin()), found);
  if (part.place) units_.erase(*part.place);
  part.place.reset();
  // What is left of folders that the walk did not enter.
  while (!units_.empty() && units_.front().folder.expired()) units_.pop_front();
}

}  // namespace dcmflow
