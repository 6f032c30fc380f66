#include "stages/sorting/sorted_series.h"

namespace dcmflow {

void refuse_frames(const std::vector<Frame>& frames, Reason reason, const std::string& detail,
                   std::vector<RefusedInstance>& refused) {
  const Instance* last = nullptr;
  for (const auto& frame : frames) {
    if (frame.instance.get() != last) refused.push_back({frame.instance, reason, detail});
    last = frame.instance.get();
  }
}

}  // namespace dcmflow
