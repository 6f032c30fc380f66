#pragma once
// The catalog's content in the one order in which every JSON file lists it. Pure; thread-safe.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "stages/write_catalog.h"

namespace dcmflow {

// By Study, then Series Instance UID.
std::vector<const Series*> sorted_series(const Catalog& catalog);

// By position along the normal of the series' first orientation, then Instance Number, then as they
// are; instances without a position come last.
std::vector<InstancePtr> sorted_instances(const Series& series);

// By study, series, the main image first, then by name.
std::vector<const ImageFile*> sorted_images(const Catalog& catalog);
void sort_images(std::vector<const ImageFile*>& images);

// (Study Instance UID, whose of several patients, Series Instance UID); views into the catalog.
using SeriesName = std::tuple<std::string_view, std::uint32_t, std::string_view>;
SeriesName series_name(const Series& series);

// The main image of a series and the key under which series-images.json and selected-images.json
// list it.
struct MainImage {
  std::string_view key;
  const ImageFile* image = nullptr;
};

// The key is the Series Instance UID. Where two studies use the same one, it belongs to the image
// that has it as its stem (else to the first study's), and the other is listed under its own stem.
// Problem{internal_error} when two images claim one key.
Result<std::map<SeriesName, MainImage>> main_images(const Catalog& catalog);

// A selection as selected-images.json lists it. Views into the catalog.
struct ListedSelection {
  std::string_view name;
  std::optional<std::string_view> unmet;
  std::vector<MainImage> images;  // not only main ones, each under its key
};
// The selections of a run, in their order; those without an image, too. Where series are listed and
// every one is selected, only those of shared UIDs. Problems: as above.
Result<std::vector<ListedSelection>> listed_selections(const Catalog& catalog);
// All of them, one after the other: views are there until `take` returns. Problems: the same; of
// the store; and of `take`.
Status for_each_selection(const Catalog& catalog,
                          const std::function<Status(const ListedSelection&)>& take);
// The same for the rows of series-images.json: key and file name.
Status for_each_main_image(const Catalog& catalog,
                           const std::function<Status(std::string_view, std::string_view)>& take);

}  // namespace dcmflow
