#pragma once
// Files that options of the conversion name: rules, attributes, participants. A run in shards has
// copies of them in its work folder, so that no machine but that of the plan has to see them. For
// one thread.

#include <array>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"
#include "config/shard_call.h"
#include "stages/base/result.h"

namespace dcmflow {

inline constexpr std::array<std::string_view, 3> options_with_files{"--attributes",
                                                                    "--participants", "--rules"};

using Variables = std::map<std::string, std::string, std::less<>>;

// Takes the options and their variables out of the call and of `read`: the texts are in call.files,
// those of the rules always, wherever they came from, and empty where there are none: no other
// machine is to find rules of its own. Problem{bad_settings}: a file cannot be read.
Status take_option_files(const Settings& settings, ShardCall& call, Variables& read);

// The file of an option in a folder of copies, "rules" of --rules; and the words of a command line
// that name them there.
std::string file_of_option(const std::string& option);
std::vector<std::string> words_of(const std::string& option, const std::string& folder);

// SHA-256 by option.
std::map<std::string, std::string> hashes_of(std::span<const OptionFile> files);

}  // namespace dcmflow
