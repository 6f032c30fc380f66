#include "stages/assign_names.h"

#include <map>
#include <set>
#include <string>

namespace dcmflow {
namespace {

class Names {
 public:
  explicit Names(std::span<const std::string_view> taken) : taken_(taken.begin(), taken.end()) {}

  bool take(const std::string& name) { return taken_.insert(name).second; }

  std::string take_next_free(const std::string& wanted) {
    auto name = wanted;
    for (std::size_t number = 2; !take(name); ++number)
      name = wanted + '_' + std::to_string(number);
    return name;
  }

 private:
  std::set<std::string> taken_;
};

}  // namespace

void assign_names(std::span<SortedSeries> sorted, std::span<const std::string_view> taken) {
  Names names(taken);
  struct Nameless {
    Stack& main;
    std::string wanted;
  };
  std::vector<Nameless> nameless;  // whose Series Instance UID is the name of another image
  std::map<std::string_view, std::size_t> studies;  // that have images of a Series Instance UID
  for (auto& series : sorted) {
    if (series.stacks.empty()) continue;
    Stack& main = series.stacks.front();
    const auto& uid = main.series->series_instance_uid;
    const auto study = ++studies[uid];
    if (names.take(uid))
      main.image_stem = uid;
    else
      nameless.push_back({main, study == 1 ? uid : uid + "_study" + std::to_string(study)});
  }
  for (const auto& [main, wanted] : nameless) main.image_stem = names.take_next_free(wanted);
  for (auto& series : sorted)
    for (auto& stack : series.stacks) {
      if (stack.is_main) continue;
      const auto suffix = stack.image_stem.substr(stack.series->series_instance_uid.size());
      stack.image_stem = names.take_next_free(series.stacks.front().image_stem + suffix);
    }
}

}  // namespace dcmflow
