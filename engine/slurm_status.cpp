#include "engine/slurm_status.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

#include "stages/base/printable.h"
#include "stages/catalog/json_writer.h"

namespace dcmflow {

std::vector<SlurmJob> all_jobs(const std::vector<SlurmSubmission>& submissions) {
  std::vector<SlurmJob> jobs;
  for (const auto& one : submissions) jobs.insert(jobs.end(), one.jobs.begin(), one.jobs.end());
  return jobs;
}

bool is_merged(const std::vector<SlurmSubmission>& runs) {
  struct stat marker {
  }, begun{};
  if (stat((runs.back().output + "/selected-images.json").c_str(), &marker) != 0 ||
      stat((runs.front().folder + "/run.json").c_str(), &begun) != 0)
    return false;
  return std::pair(marker.st_mtim.tv_sec, marker.st_mtim.tv_nsec) >=
         std::pair(begun.st_mtim.tv_sec, begun.st_mtim.tv_nsec);
}

namespace {

void write_states(JsonWriter& json, const PieceStates& states) {
  const auto numbers = [&](std::string_view key, const std::vector<std::size_t>& pieces) {
    json.key(key).array(JsonWriter::Layout::one_line);
    for (const auto piece : pieces) json.value(std::uint64_t{piece});
    json.end();
  };
  json.member("done", std::uint64_t{states.done});
  numbers("begun", states.begun);
  json.key("failed").object(JsonWriter::Layout::one_line);
  for (const auto& [piece, code] : states.failed) json.member(std::to_string(piece), code);
  json.end();
  numbers("not_begun", states.not_begun);
}

}  // namespace

std::string slurm_status_json(const PieceStates& shards, const PieceStates& parts,
                              const std::vector<SlurmSubmission>& runs) {
  auto json = JsonWriter::to_text();
  json.object();
  if (parts.pieces > 0) {
    json.key("scan").object().member("parts", std::uint64_t{parts.pieces});
    write_states(json, parts);
    json.end();
  }
  json.member("planned", shards.pieces > 0);
  json.member("shards", std::uint64_t{shards.pieces > 0 ? shards.pieces : runs.back().shards});
  write_states(json, shards);
  json.member("merged", is_merged(runs)).key("jobs").array();
  for (const auto& job : all_jobs(runs))
    json.object(JsonWriter::Layout::one_line).member("name", job.name).member("id", job.id).end();
  json.end().end();
  return json.take_text();
}

namespace {

constexpr std::size_t most_numbers = 56;  // characters; a line has at most 80 columns

void append_state(std::string& text, std::string_view state,
                  const std::vector<std::size_t>& pieces) {
  constexpr std::size_t state_column = 12, count_column = 19;
  if (pieces.empty()) return;
  std::string line = "  " + std::string(state);
  line.resize(state_column, ' ');
  const auto count = std::to_string(pieces.size());
  line.append(count_column - state_column - std::min(count_column - state_column, count.size()),
              ' ');
  text += line + count + "  " + ranges_words(pieces, most_numbers) + '\n';
}

// `piece`: what one is called.
void append_states(std::string& text, const std::string& piece, const PieceStates& states,
                   const SlurmSubmission& run) {
  std::vector<std::size_t> failed;
  for (const auto& [number, code] : states.failed) failed.push_back(number);
  append_state(text, "begun", states.begun);
  append_state(text, "failed", failed);
  append_state(text, "not begun", states.not_begun);
  if (failed.empty()) return;
  const auto& [number, code] = *states.failed.begin();
  text += piece + ' ' + std::to_string(number) + " ended with exit code " + std::to_string(code) +
          "; logs: " + printable(run.folder) + '\n';
}

std::string done_words(const PieceStates& states, const std::string& of) {
  return std::to_string(states.done) + " of " + std::to_string(states.pieces) + ' ' + of +
         " are done\n";
}

}  // namespace

std::string slurm_status_text(const std::string& work, const PieceStates& shards,
                              const PieceStates& parts, const std::vector<SlurmSubmission>& runs) {
  const SlurmSubmission& run = runs.back();
  std::string text = printable(work) + ": ";
  if (shards.pieces > 0) {
    text += done_words(shards, "shards");
    append_states(text, "shard", shards, run);
  } else {
    text += "no plan yet, of " + std::to_string(run.shards) + " shards\n";
    if (parts.pieces > 0) text += done_words(parts, "parts of the scan");
    append_states(text, "part", parts, run);
  }
  text += "jobs:";
  for (const auto& job : run.jobs) text += ' ' + job.name + ' ' + job.id;
  text += is_merged(runs) ? "\nmerged: " : "\nnot merged: ";
  return text + printable(run.output) + '\n';
}

}  // namespace dcmflow
