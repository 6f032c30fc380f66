#pragma once
// The verb `pull`: which server, which studies, into which folder. Called by one thread.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/settings.h"

namespace dcmflow {

struct PullCall {
  std::string url;     // of the DICOMweb service, http or https, without '/' at its end
  std::string folder;  // absolute
  std::vector<std::string> studies;  // Study Instance UIDs; empty: all that the server lists
  std::size_t connections = 4;       // studies at once
  unsigned stall_seconds = 60;       // as in HttpAccess
  std::uint64_t largest_bytes = std::uint64_t{8} << 30;  // of an instance
  std::string ca_file;                                   // empty: those whom the system trusts
  bool partial = false;  // what came of a study that is not whole goes into the folder, too
  bool json = false;     // the summary
  // Of the environment, as in HttpAccess: a command line is read by everyone on the machine.
  std::string user, password, token;
};

// The variables of user, password and token.
inline constexpr auto pull_user = "DCMFLOW_PULL_USER";
inline constexpr auto pull_password = "DCMFLOW_PULL_PASSWORD";
inline constexpr auto pull_token = "DCMFLOW_PULL_TOKEN";

// "pull URL FOLDER [--study UID]... [--connections N] [--timeout SECONDS] [--largest SIZE]
// [--ca FILE] [--partial] [--json]"; nullopt for anything else, and for --help.
// Problem{bad_settings}: what is needed is not there, or is none; a URL with a password is told
// without it.
std::optional<Result<PullCall>> find_pull_call(const std::vector<std::string>& arguments,
                                               const Environment& environment);

}  // namespace dcmflow
