#pragma once
// The image as an application package of MONAI Deploy and Holoscan: its manifests, and the commands
// `show` and `extract`, by which a platform asks it what it is. For one thread.

#include <optional>
#include <string>
#include <vector>

#include "config/settings.h"

namespace dcmflow {

// /etc/holoscan/app.json: how the program is run. /etc/holoscan/pkg.json: what it takes. JSON with
// a line feed at its end; they hold the version of this program and nothing of the machine.
std::string application_manifest();
std::string package_manifest();

// Where a package has its parts.
struct PackagePlaces {
  std::string application = "/opt/holoscan/app";
  std::string configuration = "/app/config";
  std::string documents = "/usr/share/dcmflow";
  // A platform mounts folders below one of these, or all of it, to get the parts by `extract`.
  std::vector<std::string> exports{"/var/run/holoscan/export", "/var/run/monai/export"};
};

// `show [app|pkg]` prints the manifests, with headings when it is both. `extract` copies what the
// folders that exist are for: app (the program), config (manifests, rules, schemas), docs (the list
// of packages), models (there are none). An export folder without any of these gets them all.
// nullopt when the arguments are another command. Problems: bad_settings for other words,
// output_not_writable when there is no export folder or it cannot be written.
std::optional<Result<ExitNow>> run_package_command(const std::vector<std::string>& arguments,
                                                   const PackagePlaces& places = {});

}  // namespace dcmflow
