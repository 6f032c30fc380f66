#pragma once
// What a pull tells: UIDs, counts, reason codes and what to do, for people and as JSON. Pure; no
// Problems.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/pull_study.h"

namespace dcmflow {

struct PullSummary {
  std::string folder;
  std::size_t studies = 0;    // that were to come
  std::size_t whole = 0;      // of these
  std::size_t instances = 0;  // that came now
  std::uint64_t bytes = 0;    // of these
  std::vector<PulledStudy> not_whole;
  int exit_code = 0;

  void add(PulledStudy study);
  // Those that nobody asked for, since the pull ended before.
  std::size_t untried() const { return studies - whole - not_whole.size(); }
};

// Each ends with a line break.
std::string pulled_study_text(const PulledStudy& study);
std::string pull_summary_text(const PullSummary& summary);
std::string pull_summary_json(const PullSummary& summary);  // config/schemas/pull.schema.json

}  // namespace dcmflow
