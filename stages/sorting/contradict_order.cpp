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

// Each so many-th position is looked at. REQUIRES: a frame.
std::uint32_t step_of(const Positions& positions) {
  const auto wanted = std::max<std::size_t>(
      most_frames * positions.size() / positions.frames.size(), least_positions);
  return static_cast<std::uint32_t>(std::max<std::size_t>(positions.size() / wanted, 1));
}

// An element of the file, or an attribute that the frame has by itself.
struct Place {
  bool is_own = false;
  std::uint32_t number = 0;
  auto operator<=>(const Place&) const = default;
};

// Of one element at a position where it is not the same in all frames.
struct Told {
  std::uint32_t position = 0;
  std::vector<std::uint64_t> digests;  // of each frame, 0 where it has none
  std::uint64_t together = 0;          // the same for the same digests in whatever order
};

// The sum would not do: digests of texts that differ in a digit differ in few bits.
std::uint64_t digest_of_all(std::vector<std::uint64_t> digests) {
  std::ranges::sort(digests);
  return stable_hash(
      {reinterpret_cast<const char*>(digests.data()), digests.size() * sizeof(std::uint64_t)});
}

class Elements {
 public:
  explicit Elements(const Positions& positions) : positions_(positions) {}

  // False where a file cannot be read.
  bool add(std::uint32_t position, const ReadElements& read_elements) {
    const auto frames = positions_.of(position);
    std::map<Place, std::vector<std::uint64_t>> digests_at;
    const auto set = [&](Place place, std::size_t frame, std::uint64_t digest) {
      auto& digests = digests_at[place];
      digests.resize(frames.size());
      digests[frame] = digest;
    };
    for (std::size_t i = 0; i < frames.size(); ++i) {
      const auto& instance = *frames[i].instance;
      const auto* elements = read(instance, read_elements);
      if (!elements) return false;
      for (const auto& [tag, digest] : *elements) set({false, tag}, i, digest);
      if (!instance.frames() || frames[i].number >= instance.frames()->size()) continue;
      (*instance.frames())[frames[i].number].for_each(
          [&](AttributeIndex attribute, std::string_view text) {
            set({true, attribute}, i, stable_hash(text));
          });
    }
    ++looked_at_;
    for (auto& [place, digests] : digests_at) {
      if (std::ranges::count(digests, digests.front()) == std::ssize(digests)) continue;
      const auto together = digest_of_all(digests);
      told_[place].push_back({position, std::move(digests), together});
    }
    return true;
  }

  // The first one that is another in frames of one volume.
  std::optional<Place> find_contradiction(const Labels& labels) const {
    for (const auto& [place, told] : told_)
      if (contradicts(told, labels)) return place;
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

  // The digests that most of the positions hold.
  std::optional<std::uint64_t> of_most(const std::vector<Told>& told) const {
    std::map<std::uint64_t, std::size_t> positions;
    for (const auto& at : told) ++positions[at.together];
    for (const auto& [together, count] : positions)
      if (count > 1 && count * 2 > looked_at_) return together;
    return std::nullopt;
  }

  bool contradicts(const std::vector<Told>& told, const Labels& labels) const {
    const auto most = of_most(told);
    if (!most) return false;
    std::map<std::uint32_t, std::uint64_t> of_volume;
    for (const auto& at : told)
      for (std::size_t i = 0; at.together == *most && i < at.digests.size(); ++i) {
        const auto volume = labels.of[positions_.begin_of(at.position) + i];
        if (of_volume.try_emplace(volume, at.digests[i]).first->second != at.digests[i])
          return true;
      }
    return false;
  }

  const Positions& positions_;
  std::size_t looked_at_ = 0;  // positions
  std::map<Place, std::vector<Told>> told_;
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
