#include "engine/option_files.h"

#include <utility>

#include "config/option_variables.h"
#include "config/platform_variables.h"
#include "config/shard_words.h"
#include "stages/base/text_file.h"
#include "stages/database/fingerprint.h"

namespace dcmflow {

Status take_option_files(const Settings& settings, ShardCall& call, Variables& read) {
  const auto take = [&](const std::string& option, std::string text) {
    while (take_option(call.options, option)) continue;
    read.erase(variable_of(option));
    call.files.push_back({option, std::move(text)});
  };
  for (const auto& variable : rules_variables) read.erase(variable.name);
  take("--rules", settings.rules.value);
  if (const auto& path = settings.attributes.value) {
    auto text = read_text_file(*path, Reason::bad_settings, *path);
    if (!text) return text.problem();
    take("--attributes", std::move(*text));
  }
  if (const auto& participants = settings.layout.participants)
    take("--participants", participants->value);
  return Done{};
}

std::string file_of_option(const std::string& option) {
  return option.substr(option.find_first_not_of('-'));
}

std::vector<std::string> words_of(const std::string& option, const std::string& folder) {
  return {option, folder + '/' + file_of_option(option)};
}

std::map<std::string, std::string> hashes_of(std::span<const OptionFile> files) {
  std::map<std::string, std::string> hashes;
  for (const auto& [option, text] : files) hashes[option] = fingerprint(text);
  return hashes;
}

}  // namespace dcmflow
