#include "stages/assign_names.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

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

// Of a main image whose Series Instance UID is the name of another: of the nth study, of a patient.
std::string other_name(const Series& series, std::size_t study) {
  auto name = series.series_instance_uid;
  if (study > 1) name += "_study" + std::to_string(study);
  if (series.patient > 0) name += "_patient";
  if (series.patient > 1) name += std::to_string(series.patient);
  return name;
}

}  // namespace

void assign_names(std::span<SortedSeries> sorted, std::span<const std::string_view> taken) {
  Names names(taken);
  struct Nameless {
    Stack& main;
    std::string wanted;
  };
  std::vector<Nameless> nameless;  // whose Series Instance UID is the name of another image
  // That have images of a Series Instance UID, in their order.
  std::map<std::string_view, std::vector<std::string_view>> studies;
  for (auto& series : sorted) {
    if (series.stacks.empty()) continue;
    Stack& main = series.stacks.front();
    const auto& uid = main.series->series_instance_uid;
    auto& of_uid = studies[uid];
    if (of_uid.empty() || of_uid.back() != main.series->study_instance_uid)
      of_uid.push_back(main.series->study_instance_uid);
    if (main.series->patient == 0 && names.take(uid))
      main.image_stem = uid;
    else
      nameless.push_back({main, other_name(*main.series, of_uid.size())});
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
