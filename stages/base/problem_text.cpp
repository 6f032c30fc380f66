#include "stages/base/problem_text.h"

#include "stages/base/printable.h"
#include "stages/base/remedies.h"

namespace dcmflow {

std::string problem_text(const Problem& problem) {
  std::string text = problem.subject.empty() ? "" : printable(problem.subject) + ": ";
  text.append(reason_code(problem.reason)).append(": ").append(problem.detail).append("\n");
  if (const auto what = remedy(problem.reason); !what.empty())
    text.append("  what to do: ").append(what).append("\n");
  return text;
}

}  // namespace dcmflow
