#include "engine/slurm_submission.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <string_view>
#include <utility>

#include "config/shard_words.h"
#include "engine/shard_files.h"
#include "stages/base/descriptor.h"
#include "stages/base/output_file.h"
#include "stages/base/positioned_json.h"
#include "stages/base/printable.h"
#include "stages/base/text_file.h"
#include "stages/catalog/json_writer.h"

namespace dcmflow {
namespace {

// Plan and merge. exec: signals of Slurm reach dcmflow itself.
constexpr std::string_view one_job = R"(#!/bin/sh
# one_job.sh PROGRAM ARGUMENT...
exec "$@"
)";

// A task that ends by a signal of Slurm's ends its shard with it; one that fails tells its exit
// code to `dcmflow slurm status`, and the task goes on with the next.
constexpr std::string_view shards_job = R"(#!/bin/sh
# shards_job.sh PROGRAM WORK TASKS LIST: of the shards in LIST, a number a line, every so many as there are tasks.
program=$1 work=$2 tasks=$3 list=$4
worst=0 child='' stopped=''
trap 'stopped=1; [ -z "$child" ] || kill -TERM "$child" 2>/dev/null' TERM
mkdir -p "$work/slurm/failed"
for k in $(awk -v tasks="$tasks" -v task="$SLURM_ARRAY_TASK_ID" '(NR - 1) % tasks == task' "$list"); do
  [ -z "$stopped" ] || break
  "$program" shard run "$work" --shard "$k" &
  child=$!
  while :; do
    wait "$child" && code=0 || code=$?
    kill -0 "$child" 2>/dev/null || break
  done
  child=''
  if [ "$code" -eq 0 ]; then rm -f "$work/slurm/failed/$k"; else
    worst=$code
    [ -n "$stopped" ] || echo "$code" >"$work/slurm/failed/$k"
  fi
done
[ -z "$stopped" ] || exit 143
exit "$worst"
)";

std::string folder_of(const std::string& work, std::size_t number) {
  return work + "/slurm/" + std::to_string(number);
}

std::string run_text(const SlurmSubmission& run) {
  auto json = JsonWriter::to_text();
  json.object().member("input", run.input).member("output", run.output);
  json.member("shards", std::to_string(run.shards)).key("options").values(run.options);
  json.end();
  return json.take_text();
}

std::string list_text(const std::vector<std::size_t>& numbers) {
  std::string text;
  for (const auto number : numbers) text += std::to_string(number) + '\n';
  return text;
}

std::vector<SlurmJob> read_jobs(const std::string& folder) {
  std::vector<SlurmJob> jobs;
  std::ifstream file(folder + "/jobs");
  for (SlurmJob job; file >> job.name >> job.id;) jobs.push_back(job);
  return jobs;
}

Result<SlurmSubmission> read_submission(std::string folder) {
  const auto path = folder + "/run.json";
  const auto text = read_text_file(path, Reason::catalogue_failed, path);
  if (!text) return text.problem();
  const auto json = parse_positioned_json(*text, path, Reason::catalogue_failed);
  if (!json) return json.problem();
  const auto text_of = [&](std::string_view key) {
    const auto* const value = json->find(key);
    return value == nullptr ? std::string() : value->text;
  };
  SlurmSubmission read{.folder = std::move(folder),
                       .input = text_of("input"),
                       .output = text_of("output"),
                       .shards = shard_count(text_of("shards")).value_or(0),
                       .options = {},
                       .jobs = {}};
  if (const auto* const options = json->find("options"))
    for (const auto& option : options->items) read.options.push_back(option.text);
  if (read.input.empty() || read.output.empty() || read.shards == 0)
    return Problem{Reason::catalogue_failed, printable(path), "is not what was written"};
  read.jobs = read_jobs(read.folder);
  return read;
}

}  // namespace

Result<std::vector<SlurmSubmission>> read_submissions(const std::string& work) {
  std::vector<SlurmSubmission> all;
  while (access(folder_of(work, all.size() + 1).c_str(), F_OK) == 0) {
    auto one = read_submission(folder_of(work, all.size() + 1));
    if (!one) return one.problem();
    all.push_back(std::move(*one));
  }
  return all;
}

Result<SlurmSubmission> begin_submission(const std::string& work, std::size_t number,
                                         const SlurmSubmission& run,
                                         const std::vector<std::size_t>& numbers) {
  auto begun = run;
  begun.folder = folder_of(work, number);
  begun.jobs.clear();
  auto attempt = Attempt::begin(begun.folder);
  if (!attempt) return attempt.problem();
  for (const auto& [name, text] : {std::pair<std::string, std::string>{"run.json", run_text(run)},
                                   {"shards", list_text(numbers)},
                                   {"one_job.sh", std::string(one_job)},
                                   {"shards_job.sh", std::string(shards_job)}})
    if (auto written = attempt->write(name, text); !written) return written.problem();
  const auto published = attempt->publish();
  if (!published) return published.problem();
  if (!*published)
    return Problem{Reason::bad_settings, printable(work), "is submitted by another at this time"};
  return begun;
}

Status add_job(SlurmSubmission& submission, const SlurmJob& job) {
  const auto path = submission.folder + "/jobs";
  const auto line = job.name + ' ' + job.id + '\n';
  const Descriptor file(
      open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR | S_IRGRP));
  // A line is one call: half of one is never read.
  if (!file || write(file.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size()) ||
      fsync(file.get()) != 0)
    return output_problem(path, errno);
  submission.jobs.push_back(job);
  return Done{};
}

}  // namespace dcmflow
