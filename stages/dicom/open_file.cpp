#include "stages/dicom/open_file.h"

#include <fcntl.h>
#include <unistd.h>

#include "stages/base/open_path.h"

namespace dcmflow {

int open_file(const File& file) {
  struct Folder {
    std::string path;
    int descriptor = -1;
    ~Folder() {
      if (descriptor >= 0) close(descriptor);
    }
  };
  thread_local Folder last;
  const auto slash = file.name.rfind('/');
  if (slash == std::string::npos) return open_path(file.path(), O_RDONLY);
  const auto is_last = [&] {
    const auto& root = *file.root;
    return last.descriptor >= 0 && last.path.size() == root.size() + 1 + slash &&
           last.path.compare(0, root.size(), root) == 0 && last.path[root.size()] == '/' &&
           last.path.compare(root.size() + 1, slash, file.name, 0, slash) == 0;
  };
  if (!is_last()) {
    if (last.descriptor >= 0) close(last.descriptor);
    last.path = *file.root + '/' + file.name.substr(0, slash);
    last.descriptor = open_path(last.path, O_PATH | O_DIRECTORY);
  }
  if (last.descriptor >= 0) {
    const int descriptor = open_at(last.descriptor, file.name.substr(slash + 1), O_RDONLY);
    if (descriptor >= 0) return descriptor;
  }
  // The folder may have been replaced by another, or there may be no descriptor for it.
  return open_path(file.path(), O_RDONLY);
}

}  // namespace dcmflow
