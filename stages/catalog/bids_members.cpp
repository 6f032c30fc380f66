#include "stages/catalog/bids_members.h"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>

#include "stages/catalog/json_writer.h"
#include "stages/catalog/measured_number.h"
#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"
#include "stages/selection/bids_rule.h"

namespace dcmflow {
namespace {

using Images = std::vector<const Stack*>;

// Images of one field map, in the order of acquisition.
struct FieldMap {
  std::string identifier;
  Images images;
  std::set<std::string> names;  // of them, without run-
};

// The field maps of one session that stand for each other.
struct FieldMaps {
  std::vector<FieldMap> all;

  void add(const Stack& image) {
    if (all.empty() || all.back().names.contains(image.bids->unnumbered)) all.emplace_back();
    all.back().images.push_back(&image);
    all.back().names.insert(image.bids->unnumbered);
  }

  // The last before the image, else the first; of those that have the most images.
  FieldMap* map_for(const Stack& image) {
    FieldMap* found = nullptr;
    const auto most = std::ranges::max(all, {}, [](const auto& map) { return map.names.size(); });
    for (FieldMap& map : all)
      if (map.names.size() == most.names.size() &&
          (found == nullptr || map.images.front()->bids->order < image.bids->order))
        found = &map;
    return found;
  }
};

bool is_for(const BidsRule& map, const BidsImage& image) {
  const auto& datatype = image.rule->datatype;
  if (!map.intended_for.empty())
    return std::ranges::find(map.intended_for, image.selection) != map.intended_for.end();
  return datatype == "func" || datatype == "dwi" || datatype == "perf";
}

std::string acquisition_of(const BidsImage& image) {
  const auto at = image.unnumbered.find("_acq-");
  if (at == std::string::npos) return {};
  const auto begin = at + std::string_view("_acq-").size();
  return image.unnumbered.substr(begin, image.unnumbered.find('_', begin) - begin);
}

// Participant, session, group and acq-.
using Key = std::tuple<std::string, std::string, std::string, std::string>;

std::map<Key, FieldMaps> find_field_maps(const Images& images) {
  std::map<Key, FieldMaps> found;
  for (const Stack* image : images) {
    const BidsImage& bids = *image->bids;
    if (bids.rule->datatype != "fmap") continue;
    found[{bids.subject, bids.session, bids.rule->b0_field, acquisition_of(bids)}].add(*image);
  }
  for (auto& [key, maps] : found)
    for (std::size_t i = 0; i < maps.all.size(); ++i) {
      const auto& [subject, session, field, acquisition] = key;
      maps.all[i].identifier = field + (acquisition.empty() ? "" : "_" + acquisition) +
                               (session.empty() ? "" : "_" + session) + "_" + std::to_string(i + 1);
    }
  return found;
}

std::string list_text(const std::vector<std::string>& texts, bool is_single_text) {
  auto json = JsonWriter::to_text();
  if (is_single_text && texts.size() == 1)
    json.value(texts.front());
  else
    json.values(texts);
  auto text = json.take_text();
  text.pop_back();
  return text;
}

std::string number_text(double number) {
  auto json = JsonWriter::to_text();
  json.value(number);
  auto text = json.take_text();
  text.pop_back();
  return text;
}

// s
std::optional<double> echo_time(const Stack& image) {
  constexpr double ms = 1e3;
  constexpr int digits = 6;
  const auto time =
      parse_decimal(image.frames.front().find(attribute_index(0x00180081)).value_or(""));
  return time && *time > 0 ? std::optional(round_to(*time / ms, digits)) : std::nullopt;
}

// Below the participant's folder.
std::string path_of(const Stack& image, std::string_view extension) {
  return image.image_stem.substr(image.image_stem.find('/') + 1) + std::string(extension);
}

class Relations {
 public:
  explicit Relations(const Images& images) : maps_(find_field_maps(images)) {
    for (const Stack* image : images) {
      if (image->bids->rule->datatype == "fmap") continue;
      for (auto& [key, maps] : maps_) {
        const auto& [subject, session, field, acquisition] = key;
        if (subject != image->bids->subject || session != image->bids->session) continue;
        FieldMap* const map = maps.map_for(*image);
        const bool is_meant = std::ranges::any_of(
            map->images, [&](const Stack* one) { return is_for(*one->bids->rule, *image->bids); });
        if (!is_meant) continue;
        sources_[image].push_back(map->identifier);
        targets_[map].push_back(image);
      }
    }
  }

  void add_to(const Stack& image, std::string_view extension, BidsMembers& members) const {
    if (image.bids->rule->suffix == "phasediff") add_echo_times(image, members);
    if (const auto own = sources_.find(&image); own != sources_.end())
      members.emplace_back("B0FieldSource", list_text(own->second, true));
    for (const auto& [map, images] : targets_) {
      if (std::ranges::find(map->images, &image) == map->images.end()) continue;
      std::vector<std::string> paths;
      for (const Stack* target : images)
        if (is_for(*image.bids->rule, *target->bids)) paths.push_back(path_of(*target, extension));
      members.emplace_back("B0FieldIdentifier", list_text({map->identifier}, true));
      if (!paths.empty()) members.emplace_back("IntendedFor", list_text(paths, false));
    }
  }

 private:
  // Of a difference of phases the magnitudes beside it know between which echoes it is.
  void add_echo_times(const Stack& image, BidsMembers& members) const {
    for (const auto& [key, maps] : maps_)
      for (const FieldMap& map : maps.all) {
        if (std::ranges::find(map.images, &image) == map.images.end()) continue;
        for (const Stack* one : map.images) {
          const auto suffix = one->bids->rule->suffix;
          const auto s = echo_time(*one);
          if (!s || (suffix != "magnitude1" && suffix != "magnitude2")) continue;
          members.emplace_back(suffix == "magnitude1" ? "EchoTime1" : "EchoTime2", number_text(*s));
        }
      }
  }

  std::map<Key, FieldMaps> maps_;
  std::map<const Stack*, std::vector<std::string>> sources_;  // identifiers, by image
  std::map<const FieldMap*, Images> targets_;
};

}  // namespace

std::map<std::string, BidsMembers, std::less<>> bids_members(std::span<const Stack* const> images,
                                                             std::string_view extension) {
  Images placed;
  std::ranges::copy_if(images, std::back_inserter(placed),
                       [](const Stack* image) { return image->bids != nullptr; });
  std::ranges::sort(placed, {}, [](const Stack* image) { return image->bids->order; });
  const Relations relations(placed);
  std::map<std::string, BidsMembers, std::less<>> found;
  for (const Stack* image : placed) {
    BidsMembers members = image->bids->rule->sidecar;
    if (!image->bids->task.empty())
      members.emplace_back("TaskName", list_text({image->bids->task}, true));
    relations.add_to(*image, extension, members);
    if (!members.empty()) found.emplace(image->image_stem, std::move(members));
  }
  return found;
}

std::string with_members(std::string sidecar, const BidsMembers& members) {
  constexpr std::string_view end = "\n}\n";
  std::set<std::string_view> added;
  std::string more;
  for (const auto& [key, json] : members) {
    const auto begin = "\n  " + json_text(key) + ": ";
    if (sidecar.find(begin) == std::string::npos && added.insert(key).second)
      more += ',' + begin + json;
  }
  if (sidecar.ends_with(end)) sidecar.insert(sidecar.size() - end.size(), more);
  return sidecar;
}

}  // namespace dcmflow
