#pragma once
// What a member of an archive may be called.

#include <optional>
#include <string>
#include <string_view>

namespace dcmflow {

// The parts of a name, without those that say nothing; none where it leads out of the archive. Of
// an absolute name the '/' is left out, as by tar and unzip. Pure.
std::optional<std::string> plain_member_name(std::string_view name);

}  // namespace dcmflow
