#include "stages/sorting/contradict_order.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "stages/base/stable_hash.h"
#include "stages/dicom/element_reader.h"

namespace dcmflow {
namespace {

constexpr std::size_t most_frames = 4096;
constexpr std::uint32_t least_positions = 4;

// Each `step`-th one is looked at.
std::uint32_t step_of(const Positions& positions) {
  const auto frames = std::max<std::size_t>(positions.frames.size(), 1);
  const auto looked = std::max<std::size_t>(positions.size() * most_frames / frames, 1);
  const auto wanted = std::clamp<std::size_t>(looked, std::min(least_positions, positions.size()),
                                              positions.size());
  return static_cast<std::uint32_t>(positions.size() / std::max<std::size_t>(wanted, 1));
}

// An element of the file, or an attribute that the frame has by itself.
struct Place {
  bool is_own = false;
  std::uint32_t number = 0;
  auto operator<=>(const Place&) const = default;
};

// Of one element at one position: the digest of each frame, 0 where it has none.
using Values = std::vector<std::uint64_t>;
// Of one element: by position.
using Held = std::map<std::uint32_t, Values>;

class Elements {
 public:
  explicit Elements(const Positions& positions) : positions_(positions) {}

  // False where a file cannot be read.
  bool add(std::uint32_t position, const ReadElements& read_elements) {
    const auto frames = positions_.of(position);
    ++looked_at_;
    for (std::size_t i = 0; i < frames.size(); ++i) {
      const auto& instance = *frames[i].instance;
      const auto* elements = read(instance, read_elements);
      if (!elements) return false;
      for (const auto& [tag, digest] : *elements) set({false, tag}, position, i, digest);
      if (!instance.frames() || frames[i].number >= instance.frames()->size()) continue;
      (*instance.frames())[frames[i].number].for_each(
          [&](AttributeIndex attribute, std::string_view text) {
            set({true, attribute}, position, i, stable_hash(text));
          });
    }
    return true;
  }

  // The first one that is another in frames of one volume.
  std::optional<Place> find_contradiction(const Labels& labels) const {
    for (const auto& [place, held] : held_)
      if (contradicts(held, labels)) return place;
    return std::nullopt;
  }

 private:
  // Of several frames once.
  const std::vector<ElementDigest>* read(const Instance& instance,
                                         const ReadElements& read_elements) {
    if (instance.file == last_ && instance.file) return &of_last_;
    auto elements = read_elements(instance.file);
    if (!elements) return nullptr;
    last_ = instance.file;
    of_last_ = std::move(*elements);
    return &of_last_;
  }

  void set(Place place, std::uint32_t position, std::size_t frame, std::uint64_t digest) {
    auto& values = held_[place][position];
    values.resize(positions_.members(position));
    values[frame] = digest;
  }

  // The values that most positions hold, if they tell frames apart there.
  std::optional<Values> of_most(const Held& held) const {
    std::map<Values, std::size_t> counts;
    for (const auto& [position, values] : held) {
      auto sorted = values;
      std::ranges::sort(sorted);
      ++counts[std::move(sorted)];
    }
    const auto most =
        std::ranges::max_element(counts, {}, [](const auto& count) { return count.second; });
    if (most == counts.end() || most->second < 2 || most->second * 2 <= looked_at_ ||
        most->first.front() == most->first.back())
      return std::nullopt;
    return most->first;
  }

  bool contradicts(const Held& held, const Labels& labels) const {
    const auto of_positions = of_most(held);
    if (!of_positions) return false;
    std::map<std::uint32_t, std::uint64_t> value_of;
    for (const auto& [position, values] : held) {
      auto sorted = values;
      std::ranges::sort(sorted);
      if (sorted != *of_positions) continue;
      for (std::size_t i = 0; i < values.size(); ++i) {
        const auto volume = labels.of[positions_.begin_of(position) + i];
        if (value_of.try_emplace(volume, values[i]).first->second != values[i]) return true;
      }
    }
    return false;
  }

  const Positions& positions_;
  std::size_t looked_at_ = 0;  // positions
  std::map<Place, Held> held_;
  FilePtr last_;
  std::vector<ElementDigest> of_last_;
};

}  // namespace

std::optional<std::string> contradict_order(const Positions& positions, const Labels& labels,
                                            const ReadElements& read_elements) {
  if (!read_elements || positions.size() < 2) return std::nullopt;
  Elements elements(positions);
  const auto step = step_of(positions);
  for (std::uint32_t position = 0; position < positions.size(); position += step)
    if (!elements.add(position, read_elements))
      return ", nothing but their order says which are of one volume, and a file cannot be read "
             "again to see whether anything contradicts it";
  const auto found = elements.find_contradiction(labels);
  if (!found) return std::nullopt;
  return ", and " +
         (found->is_own ? std::string("what their headers say of each frame")
                        : tag_text(found->number)) +
         " contradicts their order, which alone would say which are of one volume";
}

}  // namespace dcmflow
