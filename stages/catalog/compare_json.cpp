#include "stages/catalog/compare_json.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <system_error>

namespace dcmflow {
namespace {

using Json = nlohmann::json;

constexpr int most_levels = 100;
// By what the JSON files of dcmflow tell elements of their lists apart.
constexpr std::array identities{
    "SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID", "sop_instance_uid", "file", "name"};

Result<Json> read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open())
    return Problem{Reason::unreadable, path, std::generic_category().message(errno)};
  const auto hold_levels = [](int depth, Json::parse_event_t, Json&) {
    if (depth > most_levels) throw std::length_error("it has more than 100 levels");
    return true;
  };
  try {
    return Json::parse(file, hold_levels);
  } catch (const Json::exception& error) {
    return Problem{Reason::malformed, path, error.what()};
  } catch (const std::length_error& error) {
    return Problem{Reason::malformed, path, error.what()};
  }
}

std::string told(const Json& value) {
  constexpr std::size_t most_items = 6;
  if (value.is_object()) return "{" + std::to_string(value.size()) + " members}";
  const bool is_long = value.size() > most_items || std::ranges::any_of(value, [](const Json& one) {
                         return one.is_structured();
                       });
  if (value.is_array() && is_long) return "[" + std::to_string(value.size()) + " elements]";
  return value.dump();
}

std::string member_of(const std::string& path, const std::string& key) {
  const auto is_plain = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  if (key.empty() || !std::ranges::all_of(key, is_plain)) return path + '[' + key + ']';
  return path.empty() ? key : path + '.' + key;
}

// The elements of a list by the member that tells them apart; nullopt where none does.
using Elements = std::map<std::string, std::size_t>;
std::optional<Elements> elements_by(const Json& list, const char* identity) {
  Elements elements;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!list[i].is_object()) return std::nullopt;
    const auto found = list[i].find(identity);
    if (found == list[i].end() || !found->is_string()) return std::nullopt;
    if (!elements.emplace(found->get<std::string>(), i).second) return std::nullopt;
  }
  return elements;
}

class Comparison {
 public:
  Comparison(std::size_t most, JsonComparison& found) : most_(most), found_(found) {}

  void compare(const std::string& path, const Json& a, const Json& b) {
    if (a.is_object() && b.is_object()) return compare_objects(path, a, b);
    if (a.is_array() && b.is_array()) return compare_lists(path, a, b);
    if (a != b) tell(path, &a, &b);
  }

 private:
  void tell(const std::string& path, const Json* a, const Json* b) {
    ++found_.count;
    if (found_.differences.size() < most_)
      found_.differences.push_back(
          {path, a ? told(*a) : std::string(), b ? told(*b) : std::string()});
  }
  void compare_objects(const std::string& path, const Json& a, const Json& b);
  void compare_lists(const std::string& path, const Json& a, const Json& b);
  void compare_elements(const std::string& path, const Json& a, const Elements& of_a, const Json& b,
                        const Elements& of_b);

  const std::size_t most_;
  JsonComparison& found_;
};

void Comparison::compare_objects(const std::string& path, const Json& a, const Json& b) {
  for (const auto& [key, value] : a.items()) {
    const auto other = b.find(key);
    if (other == b.end())
      tell(member_of(path, key), &value, nullptr);
    else
      compare(member_of(path, key), value, *other);
  }
  for (const auto& [key, value] : b.items())
    if (!a.contains(key)) tell(member_of(path, key), nullptr, &value);
}

void Comparison::compare_elements(const std::string& path, const Json& a, const Elements& of_a,
                                  const Json& b, const Elements& of_b) {
  std::vector<std::pair<std::size_t, std::size_t>> places;  // of those in both
  for (const auto& [name, i] : of_a) {
    const auto other = of_b.find(name);
    const auto where = path + '[' + name + ']';
    if (other == of_b.end()) {
      tell(where, &a[i], nullptr);
      continue;
    }
    compare(where, a[i], b[other->second]);
    places.emplace_back(i, other->second);
  }
  for (const auto& [name, i] : of_b)
    if (!of_a.contains(name)) tell(path + '[' + name + ']', nullptr, &b[i]);
  std::ranges::sort(places);
  if (std::ranges::is_sorted(places, {}, &std::pair<std::size_t, std::size_t>::second)) return;
  ++found_.count;
  if (found_.differences.size() < most_)
    found_.differences.push_back({path, "in one order", "in another order"});
}

void Comparison::compare_lists(const std::string& path, const Json& a, const Json& b) {
  if (a.empty() != b.empty()) return tell(path, &a, &b);
  if (!a.empty())
    for (const char* const identity : identities) {
      const auto of_a = elements_by(a, identity);
      const auto of_b = of_a ? elements_by(b, identity) : std::nullopt;
      if (of_b) return compare_elements(path, a, *of_a, b, *of_b);
    }
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    const auto where = path + '[' + std::to_string(i) + ']';
    if (i < a.size() && i < b.size())
      compare(where, a[i], b[i]);
    else
      tell(where, i < a.size() ? &a[i] : nullptr, i < b.size() ? &b[i] : nullptr);
  }
}

}  // namespace

Result<JsonComparison> compare_json_files(const std::string& first, const std::string& second,
                                          std::string_view left_out, std::size_t most) {
  auto a = read(first);
  if (!a) return a.problem();
  auto b = read(second);
  if (!b) return b.problem();
  for (Json* const one : {&*a, &*b})
    if (one->is_object()) one->erase(std::string(left_out));
  JsonComparison found;
  Comparison(most, found).compare("", *a, *b);
  return found;
}

}  // namespace dcmflow
