#include "stages/discovery/hide_name.h"

#include <memory>
#include <utility>

#include "stages/base/name_digest.h"

namespace dcmflow {

Result<FilePtr> with_hidden_name(Result<FilePtr> found) {
  if (!found) {
    auto problem = found.problem();
    problem.subject = name_digest(problem.subject);
    return problem;
  }
  File file = **found;
  auto& hidden = file.extras.made().hidden;
  hidden = std::move(file.name);
  file.name = name_digest(*hidden);
  return FilePtr(share(std::move(file)));
}

}  // namespace dcmflow
