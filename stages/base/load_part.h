#pragma once
// Parts of dcmflow that few runs need: libraries in the folder of the program, which bring others
// along and are loaded by who wants them. Thread-safe.

#include <string>
#include <string_view>

namespace dcmflow {

struct LoadedPart {
  void* symbol = nullptr;
  std::string why;  // there is none
};

// `symbol` of the library of this name; it stays loaded to the end of the process.
LoadedPart load_part(std::string_view library, const char* symbol);

}  // namespace dcmflow
