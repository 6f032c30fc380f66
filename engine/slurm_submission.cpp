#include "engine/slurm_submission.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <string_view>
#include <utility>

#include "config/shard_words.h"
#include "engine/option_files.h"
#include "engine/shard_files.h"
#include "engine/work_json.h"
#include "stages/base/descriptor.h"
#include "stages/base/output_file.h"
#include "stages/base/printable.h"
#include "stages/catalog/json_writer.h"

namespace dcmflow {
namespace {

// Plan and merge. exec: signals of Slurm reach dcmflow itself.
constexpr std::string_view one_job = R"(#!/bin/sh
# one_job.sh PROGRAM ARGUMENT...
exec "$@"
)";

// Parts and shards. A task that ends by a signal of Slurm's ends its piece with it; one that fails
// tells its exit code to `dcmflow slurm status`, and the task goes on with the next.
constexpr std::string_view array_job = R"(#!/bin/sh
# array_job.sh TASKS LIST FAILED LAST PROGRAM ARGUMENT...: for the numbers in LIST, one a line, every so many as there are tasks, runs
# PROGRAM with LAST behind its arguments, where @ stands for the number. FAILED is a folder for exit codes.
tasks=$1 list=$2 failed=$3 last=$4
shift 4
worst=0 child='' stopped=''
trap 'stopped=1; [ -z "$child" ] || kill -TERM "$child" 2>/dev/null' TERM
mkdir -p "$failed"
for k in $(awk -v tasks="$tasks" -v task="$SLURM_ARRAY_TASK_ID" '(NR - 1) % tasks == task' "$list"); do
  [ -z "$stopped" ] || break
  "$@" "$k${last#@}" &
  child=$!
  while :; do
    wait "$child" && code=0 || code=$?
    kill -0 "$child" 2>/dev/null || break
  done
  child=''
  if [ "$code" -eq 0 ]; then rm -f "$failed/$k"; else
    worst=$code
    [ -n "$stopped" ] || echo "$code" >"$failed/$k"
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
  json.member("shards", std::to_string(run.shards)).member("parts", std::to_string(run.parts));
  json.key("options").values(run.options);
  json.key("variables").values(run.variables);
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
  const auto json = read_object(path);
  if (!json) return json.problem();
  SlurmSubmission read{.folder = std::move(folder),
                       .input = text_of(*json, "input"),
                       .output = text_of(*json, "output"),
                       .shards = number_of(*json, "shards"),
                       .parts = number_of(*json, "parts"),
                       .options = texts_of(*json, "options"),
                       .variables = texts_of(*json, "variables"),
                       .jobs = {}};
  if (read.input.empty() || read.output.empty() || read.shards == 0 || read.shards > most_shards ||
      read.parts > most_parts)
    return damaged(path);
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

std::vector<std::string> words_of_copies(const std::string& work,
                                         const std::vector<OptionFile>& files) {
  std::vector<std::string> words;
  for (const auto& [option, text] : files)
    for (auto& word : words_of(option, folder_of(work, 1))) words.push_back(std::move(word));
  return words;
}

Result<SlurmSubmission> begin_submission(const std::string& work, std::size_t number,
                                         const SlurmSubmission& run, const SlurmWork& to_do,
                                         const std::vector<OptionFile>& files) {
  auto begun = run;
  begun.folder = folder_of(work, number);
  begun.jobs.clear();
  auto attempt = Attempt::begin(begun.folder);
  if (!attempt) return attempt.problem();
  std::vector<std::pair<std::string, std::string>> written{
      {"run.json", run_text(run)},
      {"scan", list_text(to_do.parts)},
      {"shards", list_text(to_do.shards)},
      {"one_job.sh", std::string(one_job)},
      {"array_job.sh", std::string(array_job)}};
  for (const auto& [option, text] : files) written.emplace_back(file_of_option(option), text);
  for (const auto& [name, text] : written)
    if (auto done = attempt->write(name, text); !done) return done.problem();
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
