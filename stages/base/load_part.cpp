#include "stages/base/load_part.h"

#include <dlfcn.h>

#include "stages/base/program_folder.h"

namespace dcmflow {

LoadedPart load_part(std::string_view library, const char* symbol) {
  const auto path = in_program_folder(library);
  if (!path) return {nullptr, "the folder of the program is not known"};
  void* const loaded = dlopen(path->c_str(), RTLD_NOW | RTLD_LOCAL);
  void* const found = loaded ? dlsym(loaded, symbol) : nullptr;
  if (found != nullptr) return {found, {}};
  const char* const said = dlerror();
  return {nullptr, said ? said : *path + " has no " + symbol};
}

}  // namespace dcmflow
