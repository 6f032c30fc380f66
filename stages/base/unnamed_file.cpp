#include "stages/base/unnamed_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace dcmflow {

Descriptor open_unnamed_file(const std::string& folder, std::string_view what) {
  static std::atomic<unsigned> counter = 0;
  for (;;) {
    auto path = folder + '/' + std::to_string(getpid()) + '-' + std::to_string(counter++) + '.';
    path.append(what).append(".part");
    Descriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (file) unlink(path.c_str());
    if (file || (errno != EEXIST && errno != EINTR)) return file;
  }
}

}  // namespace dcmflow
