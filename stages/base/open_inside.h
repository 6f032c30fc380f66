#pragma once
// Opens what outsiders may see of a folder.

#include <string_view>

#include "stages/base/descriptor.h"

namespace dcmflow {

// For reading, the plain file at a path below `folder`, names with a '/' between. Empty: there is
// none, or the path is not for outsiders: a name that begins with a dot ("..", and what dcmflow
// keeps for itself), an empty one, a NUL, a symbolic link anywhere in it. Follows no link, even
// while others change the folder. Thread-safe.
Descriptor open_inside(int folder, std::string_view path);

}  // namespace dcmflow
