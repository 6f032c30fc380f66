#include "config/pull_call.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "config/byte_size.h"
#include "config/environment.h"
#include "config/shard_words.h"
#include "stages/base/printable.h"
#include "stages/dicomweb/study_listing.h"

namespace dcmflow {
namespace {

constexpr std::size_t most_connections = 64;
constexpr std::size_t most_seconds = 86'400;

// Of a URL (RFC 3986) scheme, authority and path alone, in printable ASCII.
std::optional<std::string> find_fault(std::string_view url) {
  const auto scheme = url.substr(0, url.find("://"));
  if (scheme == url || (scheme != "http" && scheme != "https"))
    return "expected http:// or https:// at its beginning";
  const auto rest = url.substr(scheme.size() + 3);
  const auto authority = rest.substr(0, rest.find('/'));
  if (authority.find('@') != std::string_view::npos)
    return "has a user or password in it, which everyone on the machine can read; set " +
           std::string(pull_user) + " and " + pull_password + ", or write them into ~/.netrc";
  if (authority.empty()) return "names no host";
  if (url.find_first_of("?#") != std::string_view::npos)
    return "has a '?' or '#' in it; expected the URL of a DICOMweb service, to which more is added";
  if (std::ranges::any_of(url, [](char c) { return c <= ' ' || c > '~'; }))
    return "has characters that no URL has";
  return std::nullopt;
}

Status read_url(std::string_view url, PullCall& call) {
  while (url.ends_with('/')) url.remove_suffix(1);
  if (const auto fault = find_fault(url)) return wrong_words("the URL " + *fault);
  call.url = url;
  return Done{};
}

Result<std::size_t> take_number(Words& words, const std::string& option, std::size_t usual,
                                std::size_t most) {
  const auto given = take_option(words, option);
  if (!given) return usual;
  const auto number = shard_count(*given);
  if (number && *number >= 1 && *number <= most) return *number;
  return wrong_words(option + ": found '" + printable(*given) + "', expected a number from 1 to " +
                     std::to_string(most));
}

Status read_options(Words& words, PullCall& call) {
  while (const auto study = take_option(words, "--study")) {
    if (!is_uid(*study))
      return wrong_words("--study: found " + printable(*study) +
                         ", expected a Study Instance UID of digits and dots");
    call.studies.push_back(*study);
  }
  const auto connections = take_number(words, "--connections", call.connections, most_connections);
  if (!connections) return connections.problem();
  call.connections = *connections;
  const auto seconds = take_number(words, "--timeout", call.stall_seconds, most_seconds);
  if (!seconds) return seconds.problem();
  call.stall_seconds = static_cast<unsigned>(*seconds);
  if (const auto largest = take_option(words, "--largest")) {
    const auto bytes = parse_bytes(*largest);
    if (!bytes || *bytes == 0)
      return wrong_words("--largest: found '" + printable(*largest) +
                         "', expected a size, e.g. 512M or 8G");
    call.largest_bytes = *bytes;
  }
  if (auto file = take_option(words, "--ca")) call.ca_file = std::move(*file);
  call.partial = std::erase(words, "--partial") > 0;
  call.json = std::erase(words, "--json") > 0;
  return Done{};
}

Status read_access(const Environment& environment, PullCall& call) {
  call.user = variable(environment, pull_user).value_or("");
  call.password = variable(environment, pull_password).value_or("");
  call.token = variable(environment, pull_token).value_or("");
  if (!call.token.empty() && !call.user.empty())
    return wrong_words(std::string(pull_token) + " and " + pull_user +
                       " are both set; expected one of them");
  if (call.user.empty() && !call.password.empty())
    return wrong_words(std::string(pull_password) + " is set without " + pull_user);
  return Done{};
}

Result<PullCall> read_call(Words words, const Environment& environment) {
  PullCall call;
  if (auto read = read_options(words, call); !read) return read.problem();
  const auto option =
      std::ranges::find_if(words, [](const std::string& word) { return word.starts_with('-'); });
  if (option != words.end())
    return wrong_words("dcmflow pull has no option '" + printable(*option) +
                       "', or it lacks its value; dcmflow pull --help");
  if (words.size() != 2)
    return wrong_words("dcmflow pull needs URL FOLDER, found " + std::to_string(words.size()) +
                       " of them");
  if (auto read = read_url(words[0], call); !read) return read.problem();
  if (auto read = read_access(environment, call); !read) return read.problem();
  call.folder = absolute_path(words[1]);
  return call;
}

}  // namespace

std::optional<Result<PullCall>> find_pull_call(const std::vector<std::string>& arguments,
                                               const Environment& environment) {
  if (arguments.empty() || arguments[0] != "pull" ||
      std::ranges::find(arguments, "--help") != arguments.end())
    return std::nullopt;
  return read_call({arguments.begin() + 1, arguments.end()}, environment);
}

}  // namespace dcmflow
