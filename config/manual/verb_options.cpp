#include "config/manual/verb_options.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "config/help_text.h"
#include "config/setting_names.h"
#include "config/shard_call.h"
#include "stages/formats/formats.h"

namespace dcmflow {
namespace {

using Kind = OptionValue::Kind;

std::vector<std::string> parts_of(std::string_view text, char between) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find(between, begin), text.size());
    if (end > begin) parts.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

// A word in capitals stands for a value, one in small letters for itself.
bool stands_for_value(std::string_view word) {
  return !word.empty() && std::isupper(static_cast<unsigned char>(word.front())) != 0;
}

OptionValue value_called(std::string_view name) {
  OptionValue value{Kind::text, std::string(name), {}};
  if (name.empty()) return {};
  if (name == "FILE") value.kind = Kind::file;
  if (name == "FOLDER") value.kind = Kind::folder;
  if (name == "LEVEL") value.words.assign(log_levels.begin(), log_levels.end());
  if (name.find('|') != std::string_view::npos)
    for (auto& word : parts_of(name, '|'))
      if (!stands_for_value(word)) value.words.push_back(std::move(word));
  if (!value.words.empty()) value.kind = Kind::words;
  return value;
}

OfferedOption offer(const OptionRow& row) {
  OfferedOption option{std::string(row.name), std::string(row.letter), std::string(row.help),
                       value_called(row.value)};
  if (row.name == "--format") {
    option.value.kind = Kind::words;
    for (const ImageFormat& format : image_formats()) option.value.words.emplace_back(format.name);
  }
  return option;
}

std::optional<OfferedOption> offer_row(std::string_view name) {
  for (const OptionRow& row : command_line_options())
    if (row.name == name) return offer(row);
  return std::nullopt;
}

// The name of an option without what a sentence puts behind it; empty: the word is none.
std::string_view option_in(std::string_view word) {
  if (!word.starts_with("--")) return {};
  const auto end = word.find_first_not_of("-abcdefghijklmnopqrstuvwxyz0123456789");
  const auto name = word.substr(0, end);
  return name.size() > 2 ? name : std::string_view();
}

// "N", "K|auto" or "M" of "M:"
std::string_view value_in(std::string_view word) {
  if (!stands_for_value(word)) return {};
  return word.substr(0, word.find_first_of(",.:;"));
}

// The options that a text names; of one that the table lacks the next word says whether it takes a
// value.
std::vector<OfferedOption> options_in(std::string_view text, std::string_view help) {
  std::vector<OfferedOption> options;
  const auto words = parts_of(text, ' ');
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto name = option_in(words[i]);
    if (name.empty()) continue;
    auto option = offer_row(name);
    if (!option) {
      option = OfferedOption{std::string(name), {}, std::string(help), {}};
      if (name.size() == words[i].size() && i + 1 < words.size())
        option->value = value_called(value_in(words[i + 1]));
    }
    options.push_back(std::move(*option));
  }
  return options;
}

}  // namespace

std::vector<OfferedOption> offered_options(Takes takes) {
  std::vector<OfferedOption> options;
  if (takes == Takes::run_options)
    for (const OptionRow& row : command_line_options())
      if (row.name.starts_with("--")) options.push_back(offer(row));
  if (takes == Takes::machine_options)
    for (const auto name : machine_option_names())
      if (auto row = offer_row(name)) options.push_back(std::move(*row));
  for (const OtherOption& row : other_options)
    if (row.name == "--help" || (row.name == "--version" && takes == Takes::run_options))
      options.push_back(
          {std::string(row.name), std::string(row.letter), std::string(row.help), {}});
  return options;
}

std::vector<OfferedOption> own_options(const Verb& verb) {
  auto known = offered_options(verb.takes);
  const auto of_all = static_cast<std::ptrdiff_t>(known.size());
  for (const auto text : {verb.arguments, verb.help, verb.about})
    for (auto& option : options_in(text, verb.help))
      if (std::ranges::find(known, option.name, &OfferedOption::name) == known.end())
        known.push_back(std::move(option));
  known.erase(known.begin(), known.begin() + of_all);
  return known;
}

std::string words_of(const Verb& verb) {
  std::string words(verb.first);
  if (!verb.second.empty()) words.append(" ").append(verb.second);
  return words;
}

}  // namespace dcmflow
