#include "stages/base/load_part.h"

#include <dlfcn.h>

#include "stages/base/program_folder.h"

namespace dcmflow {

void* load_part(const std::string& name, const char* symbol, std::string& why) {
  const auto path = in_program_folder(name);
  if (!path) {
    why = "the folder of the program is not known";
    return nullptr;
  }
  void* const library = dlopen(path->c_str(), RTLD_NOW | RTLD_LOCAL);
  void* const found = library ? dlsym(library, symbol) : nullptr;
  if (found == nullptr) {
    const char* const said = dlerror();
    why = said ? said : *path + " has no " + symbol;
  }
  return found;
}

}  // namespace dcmflow
