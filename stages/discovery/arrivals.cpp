#include "stages/discovery/arrivals.h"

#include <algorithm>
#include <functional>
#include <string>

namespace dcmflow {
namespace {

// 64 bits, of which each depends on each of both (the finalizer of SplitMix64).
std::uint64_t mix(std::uint64_t one, std::uint64_t other) {
  constexpr std::uint64_t odd = 0x9E3779B97F4A7C15, first = 0xBF58476D1CE4E5B9,
                          second = 0x94D049BB133111EB;
  std::uint64_t value = one ^ (other + odd);
  value = (value ^ (value >> 30U)) * first;
  value = (value ^ (value >> 27U)) * second;
  return value ^ (value >> 31U);
}

std::uint64_t of_text(std::string_view text) { return std::hash<std::string_view>()(text); }

}  // namespace

Arrivals::Digest Arrivals::digest(const File& file) {
  const auto times = mix(file.version.modified, file.version.changed);
  return mix(mix(of_text(file.name), file.size), times);
}

bool Arrivals::see(const Result<FilePtr>& entry, Time now) {
  if (entry) return see(**entry, now);
  const auto& problem = entry.problem();
  return see(mix(of_text(problem.subject), of_text(problem.detail)), now);
}

bool Arrivals::see(const File& file, Time now) { return see(digest(file), now); }

bool Arrivals::see(Digest entry, Time now) {
  const auto [known, is_new] = present_.try_emplace(entry);
  known->second.sweep = sweep_;
  if (is_new) {
    gone_.erase(entry);
    waiting_.emplace(entry, now);
  }
  const auto waits = waiting_.find(entry);
  return waits == waiting_.end() || is_over(waits->second, now);
}

// What came and went between two rounds was never there.
void Arrivals::end_sweep(Time now) {
  std::erase_if(present_, [&](const auto& entry) {
    if (entry.second.sweep == sweep_) return false;
    if (waiting_.erase(entry.first) == 0) gone_.emplace(entry.first, now);
    return true;
  });
}

bool Arrivals::is_gone(const File& then, Time now) const {
  const auto gone = gone_.find(digest(then));
  return gone == gone_.end() || is_over(gone->second, now);
}

void Arrivals::pass(const File& file) {
  if (const auto found = present_.find(digest(file)); found != present_.end())
    found->second.has_passed = true;
}

bool Arrivals::has_passed(const File& file) const {
  const auto found = present_.find(digest(file));
  return found != present_.end() && found->second.has_passed;
}

void Arrivals::taken(Time then) {
  const auto is_taken = [&](const auto& entry) { return is_over(entry.second, then); };
  std::erase_if(waiting_, is_taken);
  std::erase_if(gone_, is_taken);
}

std::optional<Arrivals::Time> Arrivals::next() const {
  std::optional<Time> first;
  for (const auto* entries : {&waiting_, &gone_})
    for (const auto& [entry, since] : *entries)
      first = std::min(first.value_or(since + settle_), since + settle_);
  return first;
}

bool Arrivals::has_settled(Time now) const {
  const auto first = next();
  return first && *first <= now;
}

}  // namespace dcmflow
