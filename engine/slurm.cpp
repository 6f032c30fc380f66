#include "engine/slurm.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <numeric>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "config/console.h"
#include "config/environment.h"
#include "config/read_demands.h"
#include "config/shard_words.h"
#include "engine/outcome.h"
#include "engine/shard_states.h"
#include "engine/shards.h"
#include "engine/slurm_jobs.h"
#include "engine/slurm_status.h"
#include "engine/slurm_submission.h"
#include "stages/base/printable.h"
#include "stages/base/program_folder.h"

namespace dcmflow {
namespace {

constexpr int try_again = static_cast<int>(ExitCode::try_again);

int tell(const Problem& problem) {
  std::fprintf(stderr, "dcmflow: %s: %s\n", problem.subject.c_str(), problem.detail.c_str());
  return problem.reason == Reason::unreadable ? try_again : exit_code(problem.reason);
}

std::vector<std::size_t> numbers_to(std::size_t end) {
  std::vector<std::size_t> numbers(end);
  std::iota(numbers.begin(), numbers.end(), std::size_t{0});
  return numbers;
}

// Hands the jobs of one submission to Slurm, one after the other.
class Submitter {
 public:
  Submitter(const SlurmCall& call, std::string program, SlurmSubmission submission)
      : call_(call), program_(std::move(program)), submission_(std::move(submission)) {}

  Status scan(std::size_t count) {
    auto words = of_conversion({"scan", submission_.input, call_.work});
    words.emplace_back("--part");
    return array("scan", count, failed_parts_folder(call_.work),
                 "@/" + std::to_string(submission_.parts), words, "afterok");
  }
  Status plan() {
    SlurmRequest request{
        .name = "plan", .log = "plan.log", .dependency = after_, .command = {"one_job.sh"}};
    const auto words = of_conversion(
        {"plan", submission_.input, call_.work, "--shards", std::to_string(submission_.shards)});
    request.command.insert(request.command.end(), words.begin(), words.end());
    return submit(std::move(request), "afterok");
  }
  // Merge itself says which shards are missing; a plan would scan alone where all parts are.
  Status shards(std::size_t count) {
    return array("shards", count, failed_shards_folder(call_.work), "@",
                 {program_, "shard", "run", call_.work, "--shard"}, "afterany");
  }
  Status merge() {
    return submit({.name = "merge",
                   .log = "merge.log",
                   .dependency = after_,
                   .command = {"one_job.sh", program_, "merge", call_.work, submission_.output}},
                  "afterok");
  }
  const SlurmSubmission& submission() const { return submission_; }

 private:
  // The command of a verb that takes the options, with the variables of who has submitted it.
  Words of_conversion(const Words& words) const {
    Words command;
    if (!submission_.variables.empty()) command.emplace_back("env");
    const Words program{program_};
    for (const auto* some : {&submission_.variables, &program, &words, &submission_.options})
      command.insert(command.end(), some->begin(), some->end());
    return command;
  }
  // A job of the numbers in its list; see array_job.sh.
  Status array(const std::string& name, std::size_t count, const std::string& failed,
               const std::string& last, const Words& words, const std::string& how) {
    const auto tasks = std::min(count, most_tasks());
    SlurmRequest request{.name = name,
                         .log = name + "-%a.log",
                         .dependency = after_,
                         .array = "0-" + std::to_string(tasks - 1) +
                                  (call_.parallel > 0 ? '%' + std::to_string(call_.parallel) : ""),
                         .command = {"array_job.sh", std::to_string(tasks),
                                     submission_.folder + '/' + name, failed, last}};
    request.command.insert(request.command.end(), words.begin(), words.end());
    return submit(std::move(request), how);
  }
  // What is submitted next waits for this one, as `how` says.
  Status submit(SlurmRequest request, const std::string& how) {
    request.options = call_.sbatch_options;
    const auto job = submit_job(submission_, request);
    if (!job) return job.problem();
    after_ = how + ':' + job->id;
    return add_job(submission_, *job);
  }

  const SlurmCall& call_;
  const std::string program_;
  SlurmSubmission submission_;
  std::string after_;
};

// Jobs of which only a part could be submitted are taken back.
int submit_all(const SlurmCall& call, const SlurmSubmission& run, std::size_t number,
               const SlurmWork& to_do, const std::vector<OptionFile>& files) {
  const auto program = in_program_folder("dcmflow");
  if (!program) return tell({Reason::bad_settings, "/proc", "does not tell where dcmflow is"});
  auto begun = begin_submission(call.work, number, run, to_do, files);
  if (!begun) return tell(begun.problem());
  Submitter submitter(call, *program, std::move(*begun));
  auto done = to_do.parts.empty() ? Status(Done{}) : submitter.scan(to_do.parts.size());
  if (done && to_do.has_plan) done = submitter.plan();
  if (done && !to_do.shards.empty()) done = submitter.shards(to_do.shards.size());
  if (done) done = submitter.merge();
  const auto& jobs = submitter.submission().jobs;
  if (!done) {
    if (const auto taken_back = cancel_jobs(jobs); !taken_back) tell(taken_back.problem());
    return tell(done.problem());
  }
  std::printf("submitted:");
  for (const auto& job : jobs) std::printf(" %s %s", job.name.c_str(), job.id.c_str());
  std::printf("\nhow far it is: dcmflow slurm status %s\n", printable(call.work).c_str());
  return 0;
}

// What is wrong with the options is told here, and not by a job an hour later.
Status check_options(ShardCall& plan) {
  const auto read = read_shard_settings(plan, process_environment());
  if (!read) return read.problem();
  const auto* const settings = std::get_if<Settings>(&*read);
  if (settings == nullptr) return wrong_words("slurm submit converts; it does not tell a version");
  const auto demands = read_demands(*settings, settings->rules);
  return demands ? Status(Done{}) : demands.problem();
}

int submit(const SlurmCall& call) {
  auto plan = call.plan;
  if (const auto right = check_options(plan); !right) return tell(right.problem());
  const auto earlier = read_submissions(call.work);
  if (!earlier) return tell(earlier.problem());
  if (!earlier->empty())
    return tell({Reason::bad_settings, printable(call.work),
                 "was submitted before; dcmflow slurm resume WORK makes what is missing"});
  SlurmSubmission run{.folder = {},
                      .input = plan.input,
                      .output = call.output,
                      .shards = plan.number,
                      .parts = call.parts,
                      .options = plan.options,
                      .variables = plan.variables,
                      .jobs = {}};
  for (auto& word : words_of_copies(call.work, plan.files)) run.options.push_back(std::move(word));
  return submit_all(
      call, run, 1,
      {.parts = numbers_to(call.parts), .has_plan = true, .shards = numbers_to(plan.number)},
      plan.files);
}

Result<std::vector<SlurmSubmission>> known_submissions(const std::string& work) {
  auto submissions = read_submissions(work);
  if (submissions && submissions->empty())
    return Problem{Reason::no_input, printable(work),
                   "nothing of it was submitted; dcmflow slurm submit INPUT WORK OUTPUT begins"};
  return submissions;
}

int resume(const SlurmCall& call) {
  const auto submissions = known_submissions(call.work);
  if (!submissions) return tell(submissions.problem());
  const auto live = find_live_jobs(all_jobs(*submissions));
  if (!live) return tell(live.problem());
  if (!live->empty())
    return tell({Reason::bad_settings, printable(call.work),
                 "job " + live->front().id + " (" + live->front().name +
                     ") is queued or at work; dcmflow slurm cancel WORK ends it"});
  const auto states = read_shard_states(call.work);
  if (!states) return tell(states.problem());
  const bool is_planned = states->pieces > 0;
  const auto& run = submissions->back();
  SlurmWork to_do{.parts = {},
                  .has_plan = !is_planned,
                  .shards = is_planned ? states->left() : numbers_to(run.shards)};
  if (!is_planned) to_do.parts = read_part_states(call.work, run.parts).left();
  return submit_all(call, run, submissions->size() + 1, to_do, {});
}

int cancel(const SlurmCall& call) {
  const auto submissions = known_submissions(call.work);
  if (!submissions) return tell(submissions.problem());
  const auto live = find_live_jobs(all_jobs(*submissions));
  if (!live) return tell(live.problem());
  if (const auto cancelled = cancel_jobs(*live); !cancelled) return tell(cancelled.problem());
  std::printf("%zu jobs were ended; what is done stays, dcmflow slurm resume %s goes on\n",
              live->size(), printable(call.work).c_str());
  return 0;
}

int status(const SlurmCall& call, const std::atomic<int>& stop) {
  constexpr std::chrono::milliseconds between_looks{500};
  constexpr int looks_a_page = 4;
  for (std::size_t lines = 0;;) {
    const auto submissions = known_submissions(call.work);
    if (!submissions) return tell(submissions.problem());
    const auto states = read_shard_states(call.work);
    if (!states) return tell(states.problem());
    const auto parts = read_part_states(call.work, submissions->back().parts);
    const auto text = call.json ? slurm_status_json(*states, parts, *submissions)
                                : slurm_status_text(call.work, *states, parts, *submissions);
    if (lines > 0) std::printf("\x1b[%zuA\x1b[J", lines);
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
    if (!call.follows || is_merged(*submissions)) return 0;
    lines = terminals_of_process().output ? static_cast<std::size_t>(std::ranges::count(text, '\n'))
                                          : 0;
    for (int look = 0; look < looks_a_page; ++look) {
      if (const int signal = stop; signal != 0) return by_signal + signal;
      std::this_thread::sleep_for(between_looks);
    }
  }
}

}  // namespace

int run_slurm(const SlurmCall& call, const std::atomic<int>& stop) {
  switch (call.action) {
    case SlurmCall::Action::submit:
      return submit(call);
    case SlurmCall::Action::resume:
      return resume(call);
    case SlurmCall::Action::cancel:
      return cancel(call);
    case SlurmCall::Action::status:
      break;
  }
  return status(call, stop);
}

}  // namespace dcmflow
