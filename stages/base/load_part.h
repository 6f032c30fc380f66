#pragma once
// Parts of the program that only some runs need: libraries in its folder, loaded when they are
// asked for.

#include <string>

namespace dcmflow {

// What the library `name` exports as `symbol`; it stays loaded to the end of the process. nullptr:
// `why` says what is wrong. Thread-safe.
void* load_part(const std::string& name, const char* symbol, std::string& why);

}  // namespace dcmflow
