#pragma once
// What is installed beside the program.

#include <string>
#include <string_view>

namespace dcmflow {

// The path of a file in the folder of the running program, whether it exists or not; the name alone
// where /proc does not tell the folder.
std::string in_program_folder(std::string_view name);

}  // namespace dcmflow
