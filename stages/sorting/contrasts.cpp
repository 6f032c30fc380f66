#include "stages/sorting/contrasts.h"

#include <algorithm>
#include <array>
#include <optional>

#include "stages/dicom/vendor/vendor_attributes.h"
#include "stages/sorting/contrast_equality.h"

namespace dcmflow {
namespace {

// The attributes that any row is read from, by their places in `SourceTexts`.
class Sources {
 public:
  static constexpr std::uint8_t none = 0xFF;

  Sources() {
    place_.fill(none);
    for (const auto& row : contrast_attributes())
      for (const auto source : row.sources)
        if (place_[source] == none) place_[source] = count_++;
  }

  std::uint8_t place(AttributeIndex attribute) const {
    return attribute < place_.size() ? place_[attribute] : none;
  }
  std::size_t count() const { return count_; }

 private:
  std::array<std::uint8_t, vendor_attributes_end> place_{};
  std::uint8_t count_ = 0;
};

const Sources& sources() {
  static const Sources all;
  return all;
}

// What the frames say under the sources: one walk over what each of them holds.
class SourceTexts {
 public:
  void read(const Frame& frame) {
    const auto* header = frame.instance->shared.get();
    if (header != header_) {
      of_header_.assign(sources().count(), {});
      if (header) add(header->values, of_header_);
      header_ = header;
    }
    texts_ = of_header_;
    add(frame.instance->values, texts_);
    if (frame.instance->frames()) add((*frame.instance->frames())[frame.number], texts_);
  }

  const std::vector<std::string_view>& texts() const { return texts_; }

 private:
  static void add(const AttributeValues& values, std::vector<std::string_view>& texts) {
    values.for_each([&](AttributeIndex attribute, std::string_view text) {
      if (const auto place = sources().place(attribute); place != Sources::none && !text.empty())
        texts[place] = text;
    });
  }

  const SharedHeader* header_ = nullptr;
  std::vector<std::string_view> of_header_, texts_;
};

std::vector<bool> find_varying_sources(const std::vector<Frame>& frames) {
  std::vector<bool> varies(sources().count());
  SourceTexts reader;
  reader.read(frames.front());
  const auto first = reader.texts();
  for (const auto& frame : frames) {
    reader.read(frame);
    for (std::size_t i = 0; i < first.size(); ++i)
      if (reader.texts()[i] != first[i]) varies[i] = true;
  }
  return varies;
}

using Value = std::optional<ContrastValue>;

// Of each of the values, ascending, the first one that it is equal to, by index.
std::vector<std::uint32_t> join_equal(const ContrastAttribute& attribute,
                                      const std::vector<Value>& distinct) {
  // More directions than any scanner has are noise; they need no comparing all with all.
  constexpr std::size_t most_compared = 1024;
  std::vector<std::uint32_t> firsts, first_of;
  for (std::uint32_t i = 0; i < distinct.size(); ++i) {
    std::uint32_t found = i;
    const auto from = firsts.size() > most_compared ? firsts.size() - most_compared : 0;
    for (std::size_t k = firsts.size(); distinct[i] && k-- > from;)
      if (distinct[firsts[k]] && is_equal(attribute, *distinct[firsts[k]], *distinct[i])) {
        found = firsts[k];
        break;
      }
    if (found == i) firsts.push_back(i);
    first_of.push_back(found);
  }
  return first_of;
}

bool has_two_at_a_position(const Labels& labels, const Positions& positions) {
  for (std::uint32_t position = 0; position < positions.size(); ++position)
    for (auto i = positions.begin_of(position) + 1; i < positions.ends[position]; ++i)
      if (labels.of[i] != labels.of[positions.begin_of(position)]) return true;
  return false;
}

// Absent values become the most frequent one.
void join_absent(std::vector<Value>& values, Absent rule, const Positions& positions) {
  if (rule == Absent::is_value) return;
  std::vector<std::uint8_t> absent;
  for (const auto& value : values) absent.push_back(value ? 0 : 1);
  if (std::ranges::count(absent, 1) == 0) return;
  if (rule == Absent::unless_beside && has_two_at_a_position(rank_values(absent), positions))
    return;
  auto present = values;
  std::erase(present, Value());
  std::ranges::sort(present);
  Value most;
  std::ptrdiff_t most_frames = 0;
  for (auto at = present.begin(); at != present.end();) {
    const auto end = std::upper_bound(at, present.end(), *at);
    if (end - at > most_frames) {
      most = *at;
      most_frames = end - at;
    }
    at = end;
  }
  std::ranges::replace(values, Value(), most);
}

std::optional<Contrast> find_contrast(const ContrastAttribute& attribute,
                                      const Positions& positions) {
  std::vector<Value> values;
  values.reserve(positions.frames.size());
  for (const auto& frame : positions.frames) values.push_back(attribute.read(frame));
  join_absent(values, attribute.absent, positions);
  auto distinct = values;
  std::ranges::sort(distinct);
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  if (distinct.size() < 2) return std::nullopt;
  Contrast contrast{.attribute = &attribute, .exact = rank_values(values)};
  const auto first_of = join_equal(attribute, distinct);
  for (const auto label : contrast.exact.of) contrast.equal.of.push_back(first_of[label]);
  contrast.equal = rank_values(contrast.equal.of);
  for (std::uint32_t i = 0; i < distinct.size(); ++i) {
    if (first_of[i] != i) continue;
    contrast.values.push_back(distinct[i].value_or(ContrastValue{}));
    contrast.absent.push_back(!distinct[i]);
  }
  contrast.tells_apart_at_a_position = has_two_at_a_position(contrast.equal, positions);
  return contrast;
}

}  // namespace

std::string Contrast::quote() const {
  constexpr std::size_t most_told = 6;
  std::string text;
  const auto told = std::min(values.size(), most_told);
  for (std::size_t i = 0; i < told; ++i) {
    if (i > 0) text += i + 1 == values.size() ? " and " : ", ";
    text += absent[i] ? "none" : value_text(*attribute, values[i]);
  }
  return values.size() > told ? text + ", …" : text;
}

std::vector<Contrast> find_contrasts(const Positions& positions) {
  std::vector<Contrast> contrasts;
  if (positions.frames.size() < 2) return contrasts;
  const auto varies = find_varying_sources(positions.frames);
  for (const auto& attribute : contrast_attributes()) {
    const bool is_read = std::ranges::any_of(
        attribute.sources, [&](AttributeIndex source) { return varies[sources().place(source)]; });
    if (!is_read) continue;
    if (auto contrast = find_contrast(attribute, positions))
      contrasts.push_back(std::move(*contrast));
  }
  return contrasts;
}

}  // namespace dcmflow
