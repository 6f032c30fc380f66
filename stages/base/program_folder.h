#pragma once
// What is installed beside the program.

#include <optional>
#include <string>
#include <string_view>

namespace dcmflow {

// The path of a file in the folder of the running program, whether it exists or not, also where a
// loader was started with the program as its argument; nullopt where /proc does not tell the
// folder: nothing of any other is ever run. Thread-safe.
std::optional<std::string> in_program_folder(std::string_view name);

}  // namespace dcmflow
