#include "engine/slurm_jobs.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <sstream>
#include <string_view>
#include <utility>

#include "config/shard_words.h"
#include "stages/base/printable.h"
#include "stages/base/run_program.h"

namespace dcmflow {
namespace {

constexpr std::size_t most_answer = 1 << 20;

// What it wrote, where it ended well.
Result<std::string> ask(std::vector<std::string> words) {
  const std::string program = words.front();
  auto end = run_program(std::move(words), most_answer);
  if (!end) return end.problem();
  if (end->exit_code == 0) return std::move(end->output);
  const auto& said = end->errors.empty() ? end->output : end->errors;
  return Problem{Reason::unreadable, program,
                 "exit code " + std::to_string(end->exit_code) + ": " + printable(said)};
}

bool is_job_id(std::string_view id) {
  return !id.empty() && std::ranges::all_of(id, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Result<SlurmJob> submit_job(const SlurmSubmission& submission, const SlurmRequest& request) {
  std::vector<std::string> words{"sbatch",
                                 "--parsable",
                                 "--requeue",
                                 "--kill-on-invalid-dep=yes",
                                 "--open-mode=append",
                                 "--job-name=dcmflow-" + request.name,
                                 "--output=" + submission.folder + '/' + request.log};
  if (!request.dependency.empty()) words.push_back("--dependency=" + request.dependency);
  if (!request.array.empty()) words.push_back("--array=" + request.array);
  words.insert(words.end(), request.options.begin(), request.options.end());
  words.push_back(submission.folder + '/' + request.command.front());
  words.insert(words.end(), request.command.begin() + 1, request.command.end());
  const auto answer = ask(std::move(words));
  if (!answer) return answer.problem();
  auto id = answer->substr(0, answer->find(';'));  // behind it the cluster, where there are several
  if (!is_job_id(id))
    return Problem{Reason::unreadable, "sbatch",
                   "found '" + printable(*answer) + "', expected the number of a job"};
  return SlurmJob{request.name, std::move(id)};
}

std::size_t most_tasks() {
  constexpr std::size_t usual = 1000;
  const auto answer = ask({"scontrol", "show", "config"});
  if (!answer) return usual;
  std::istringstream lines(*answer);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name, equals;
    std::size_t value = 0;
    if (words >> name >> equals >> value && name == "MaxArraySize" && value > 0)
      return std::min(value, most_shards);
  }
  return usual;
}

// squeue lists pending and running jobs; asked for one that ended long ago it would only complain.
Result<std::vector<SlurmJob>> find_live_jobs(const std::vector<SlurmJob>& jobs) {
  std::vector<SlurmJob> live;
  if (jobs.empty()) return live;
  const auto answer = ask({"squeue", "--noheader", "--format=%F"});
  if (!answer) return answer.problem();
  std::istringstream lines(*answer);
  std::set<std::string> queued;
  for (std::string id; lines >> id;) queued.insert(id);
  std::ranges::copy_if(jobs, std::back_inserter(live),
                       [&](const SlurmJob& job) { return queued.contains(job.id); });
  return live;
}

Status cancel_jobs(const std::vector<SlurmJob>& jobs) {
  if (jobs.empty()) return Done{};
  std::vector<std::string> words{"scancel", "--quiet"};
  for (const auto& job : jobs) words.push_back(job.id);
  const auto answer = ask(std::move(words));
  if (!answer) return answer.problem();
  return Done{};
}

}  // namespace dcmflow
