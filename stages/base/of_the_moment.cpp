#include "stages/base/of_the_moment.h"

#include <algorithm>
#include <array>

namespace dcmflow {

bool is_of_the_moment(Reason reason) {
  constexpr std::array reasons{Reason::unreadable,     Reason::changed_during_run,
                               Reason::exceeds_memory, Reason::interrupted,
                               Reason::internal_error, Reason::spool_failed};
  return std::ranges::find(reasons, reason) != reasons.end();
}

}  // namespace dcmflow
