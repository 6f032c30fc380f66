#include "stages/catalog/sorted.h"

#include <algorithm>
#include <limits>
#include <set>
#include <tuple>
#include <utility>

#include "stages/base/vector3.h"
#include "stages/catalog/listed_series.h"

namespace dcmflow {

SeriesName series_name(const Series& series) {
  return {series.study_instance_uid, series.patient, series.series_instance_uid};
}

std::vector<const Series*> sorted_series(const Catalog& catalog) {
  std::vector<const Series*> all;
  all.reserve(catalog.series.size());
  for (const SeriesPtr& series : catalog.series) all.push_back(series.get());
  std::ranges::stable_sort(all, {}, [](const Series* series) { return series_name(*series); });
  return all;
}

std::vector<InstancePtr> sorted_instances(const Series& series) {
  Vector3 normal{};
  for (const auto& instance : series.instances) {
    if (const auto& iop = instance->shared->image_orientation_patient) {
      normal = cross({(*iop)[0], (*iop)[1], (*iop)[2]}, {(*iop)[3], (*iop)[4], (*iop)[5]});
      break;
    }
  }
  // The keys are read once, not once a comparison.
  struct Placed {
    std::tuple<bool, double, std::int64_t> key;
    const InstancePtr* instance;
  };
  std::vector<Placed> placed;
  placed.reserve(series.instances.size());
  for (const auto& instance : series.instances) {
    const auto position = instance->image_position_patient();
    const auto number = instance->instance_number();
    placed.push_back({{!position, position ? dot(*position, normal) : 0,
                       number.value_or(std::numeric_limits<std::int64_t>::max())},
                      &instance});
  }
  std::ranges::stable_sort(placed, {}, &Placed::key);
  std::vector<InstancePtr> instances;
  instances.reserve(placed.size());
  for (const auto& [key, instance] : placed) instances.push_back(*instance);
  return instances;
}

std::vector<const ImageFile*> sorted_images(const Catalog& catalog) {
  std::vector<const ImageFile*> all;
  all.reserve(catalog.images.size());
  for (const ImageFile& image : catalog.images) all.push_back(&image);
  sort_images(all);
  return all;
}

void sort_images(std::vector<const ImageFile*>& images) {
  std::ranges::stable_sort(images, {}, [](const ImageFile* image) {
    return std::tuple(series_name(*image->stack->series), !image->stack->is_main,
                      std::string_view(image->name));
  });
}

Result<std::map<SeriesName, MainImage>> main_images(const Catalog& catalog) {
  auto images = sorted_images(catalog);
  std::erase_if(images, [](const ImageFile* image) { return !image->stack->is_main; });
  std::ranges::stable_sort(images, {}, [](const ImageFile* image) {
    return image->stack->image_stem != image->stack->series->series_instance_uid;
  });
  std::map<SeriesName, MainImage> result;
  std::set<std::string_view> keys;
  for (const ImageFile* image : images) {
    const Series& series = *image->stack->series;
    std::string_view key = series.series_instance_uid;
    if (keys.contains(key)) key = image->stack->image_stem;
    if (!keys.insert(key).second ||
        !result.emplace(series_name(series), MainImage{key, image}).second)
      return Problem{Reason::internal_error, series.series_instance_uid,
                     "more than one main image is named " + std::string(key)};
  }
  return result;
}

namespace {

// Under which a series stands whose first image this is, also where its main image is none of those
// that were written: its UID; where several series have that, the name that its main image would
// have, or where another stands under it the name of its own.
std::string_view key_of(const Catalog& catalog, const std::vector<Candidate>& candidates,
                        std::string_view stem, const std::map<SeriesName, MainImage>& images) {
  const ImageFacts& main = candidates.front().facts;
  const auto found = images.find(series_name(*main.series));
  if (found != images.end()) return found->second.key;
  const std::string_view uid = main.series->series_instance_uid;
  const auto of_uid = std::ranges::count(catalog.series, uid, [](const SeriesPtr& one) {
    return std::string_view(one->series_instance_uid);
  });
  const std::string_view key = of_uid == 1 ? uid : std::string_view(main.stem);
  const bool is_taken =
      std::ranges::any_of(images, [&](const auto& other) { return other.second.key == key; });
  return is_taken ? stem : key;
}

}  // namespace

Result<std::vector<ListedSelection>> listed_selections(const Catalog& catalog) {
  const auto images = main_images(catalog);
  if (!images) return images.problem();
  std::map<std::string_view, const ImageFile*> by_stem;
  for (const ImageFile& image : catalog.images) by_stem.emplace(image.stack->image_stem, &image);
  std::vector<ListedSelection> listed;
  for (const SelectedSeries& selection : catalog.selections) {
    ListedSelection list{selection.name, selection.unmet, {}};
    std::size_t last = catalog.series.size();
    for (const SelectedImage& chosen : selection.images) {
      if (chosen.series >= catalog.series.size()) continue;
      const auto& candidates = catalog.candidates.at(chosen.series);
      const std::string_view stem = candidates.at(chosen.image).facts.stem;
      const auto found = by_stem.find(stem);
      if (found == by_stem.end()) continue;
      // The first image of a series stands for it, under its UID; further ones under their names.
      const bool first = std::exchange(last, chosen.series) != chosen.series;
      list.images.push_back(
          {first ? key_of(catalog, candidates, stem, *images) : stem, found->second});
    }
    listed.push_back(std::move(list));
  }
  return listed;
}

Status for_each_selection(const Catalog& catalog,
                          const std::function<Status(const ListedSelection&)>& take) {
  const auto listed = listed_selections(catalog);
  if (!listed) return listed.problem();
  if (!catalog.listed || !catalog.listed->selects_all()) {
    for (const ListedSelection& selection : *listed)
      if (auto taken = take(selection); !taken) return taken;
    return Done{};
  }
  // Those of one UID are one, where the first of them stands.
  std::set<std::string_view> told;
  return catalog.listed->for_each_main(ListedSeries::Order::found, [&](const ListedMain& main) {
    if (!main.is_shared) {
      ImageFile image;
      image.name = main.name;
      return take({main.uid, std::nullopt, {{main.uid, &image}}});
    }
    const auto of_uid =
        std::ranges::find(*listed, std::string_view(main.uid), &ListedSelection::name);
    const bool is_next = of_uid != listed->end() && told.insert(of_uid->name).second;
    return is_next ? take(*of_uid) : Status(Done{});
  });
}

Status for_each_main_image(const Catalog& catalog,
                           const std::function<Status(std::string_view, std::string_view)>& take) {
  const auto images = main_images(catalog);
  if (!images) return images.problem();
  if (!catalog.listed) {
    for (const auto& [series, main] : *images)
      if (auto taken = take(main.key, main.image->name); !taken) return taken;
    return Done{};
  }
  std::map<std::string_view, std::string_view> keys;  // by file name
  for (const auto& [series, main] : *images) keys.emplace(main.image->name, main.key);
  return catalog.listed->for_each_main(
      ListedSeries::Order::sorted, [&](const ListedMain& main) -> Status {
        if (!main.is_shared) return take(main.uid, main.name);
        const auto key = keys.find(main.name);
        if (key == keys.end())
          return Problem{Reason::internal_error, main.uid, "its main image is not known any more"};
        return take(key->second, main.name);
      });
}

}  // namespace dcmflow
