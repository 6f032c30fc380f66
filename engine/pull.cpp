#include "engine/pull.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "engine/load_http_client.h"
#include "engine/outcome.h"
#include "engine/pull_folder.h"
#include "engine/pull_study.h"
#include "engine/pull_summary.h"
#include "engine/step.h"
#include "stages/base/mutex.h"
#include "stages/base/problem_text.h"

namespace dcmflow {
namespace {

using Servers = std::vector<std::unique_ptr<DicomwebClient>>;

// So many studies one after the other did not reach the server: it is down.
constexpr int most_unreached = 5;

void tell(const std::string& text) {
  std::fputs(("dcmflow: " + text).c_str(), stderr);
  std::fflush(stderr);
}

int end_with(const Problem& problem) {
  tell(problem_text(problem));
  return exit_code(problem.reason);
}

// Where none came for one reason that another call would not change: the code of that reason.
int code_of(const PullSummary& summary) {
  if (summary.whole == summary.studies) return 0;
  const auto all_have = [&](Reason reason) {
    return summary.not_whole.size() == summary.studies &&
           std::ranges::all_of(summary.not_whole, [&](const PulledStudy& study) {
             return study.problems.front().reason == reason;
           });
  };
  for (const auto reason : {Reason::access_denied, Reason::not_on_server})
    if (all_have(reason)) return exit_code(reason);
  return static_cast<int>(ExitCode::try_again);
}

// Those that can be asked for, taken one by one; what became of each.
class Studies {
 public:
  Studies(const std::vector<std::string>& listed, const std::string& folder) {
    std::set<std::string> seen;
    summary_.folder = folder;
    for (const auto& uid : listed) {
      if (!seen.insert(uid).second) continue;
      ++summary_.studies;
      if (is_uid(uid))
        uids_.push_back(uid);
      else
        add({.uid = uid,
             .problems = {
                 {Reason::invalid_uid, {}, "the server lists a study " + uid_words(uid)}}});
    }
  }

  std::size_t size() const { return uids_.size(); }
  std::optional<std::string> next() EXCLUDES_LOCK(mutex_) {
    const Lock lock(mutex_);
    if (fatal_ || unreached_ >= most_unreached || taken_ == uids_.size()) return std::nullopt;
    return uids_[taken_++];
  }
  void add(PulledStudy study) EXCLUDES_LOCK(mutex_) {
    const Lock lock(mutex_);
    add_locked(std::move(study));
  }
  // The folder takes no more, or all of this is wrong.
  bool has_failed() const EXCLUDES_LOCK(mutex_) {
    const Lock lock(mutex_);
    return fatal_.has_value();
  }
  // When nobody works on them any more.
  PullSummary conclude(int stop) EXCLUDES_LOCK(mutex_) {
    const Lock lock(mutex_);
    std::ranges::sort(summary_.not_whole, {}, &PulledStudy::uid);
    summary_.exit_code = stop != 0 ? by_signal + stop
                         : fatal_  ? exit_code(*fatal_)
                                   : code_of(summary_);
    return std::move(summary_);
  }

 private:
  void add_locked(PulledStudy study) REQUIRES_LOCK(mutex_);

  std::vector<std::string> uids_;
  mutable Mutex mutex_;
  std::size_t taken_ GUARDED_BY(mutex_) = 0;
  int unreached_ GUARDED_BY(mutex_) = 0;
  std::optional<Reason> fatal_ GUARDED_BY(mutex_);
  PullSummary summary_ GUARDED_BY(mutex_);
};

void Studies::add_locked(PulledStudy study) {
  bool is_unreached = false;
  for (const auto& problem : study.problems) {
    is_unreached = is_unreached || problem.reason == Reason::server_unreachable;
    if (problem.reason == Reason::disk_full || problem.reason == Reason::output_not_writable ||
        problem.reason == Reason::internal_error)
      fatal_ = fatal_.value_or(problem.reason);
  }
  unreached_ = is_unreached ? unreached_ + 1 : 0;
  tell(pulled_study_text(study));
  summary_.add(std::move(study));
}

Result<std::vector<std::string>> find_studies(const PullCall& call, DicomwebClient& server,
                                              const std::function<bool()>& is_stopped) {
  if (!call.studies.empty()) return call.studies;
  for (int attempt = 1;; ++attempt) {
    auto studies = server.list_studies();
    if (studies && studies->empty())
      return Problem{Reason::no_input, call.url, "the server lists no study"};
    if (studies) return studies;
    auto problem = studies.problem();
    problem.subject = call.url;
    if (!may_pass(problem.reason) || !wait_for_attempt(attempt, is_stopped)) return problem;
  }
}

// Until none is left, or nothing more can be done.
void pull_studies(Studies& studies, DicomwebClient& server, const PullWork& work) {
  while (!work.is_stopped()) {
    const auto uid = studies.next();
    if (!uid) return;
    auto pulled = guarded([&]() -> Result<PulledStudy> { return pull_study(*uid, server, work); });
    studies.add(pulled ? std::move(*pulled)
                       : PulledStudy{.uid = *uid, .problems = {pulled.problem()}});
  }
}

// A thread a connection; where the system gives no more of them, fewer do.
void pull_by_threads(Studies& studies, Servers& servers, const PullWork& work) {
  std::vector<std::thread> threads;
  try {
    while (threads.size() + 1 < std::min(servers.size(), studies.size()))
      threads.emplace_back(pull_studies, std::ref(studies), std::ref(*servers[threads.size() + 1]),
                           std::cref(work));
  } catch (const std::system_error&) {
    tell("fewer threads than connections: the system gives no more\n");
  }
  pull_studies(studies, *servers.front(), work);
  for (auto& thread : threads) thread.join();
}

Result<Servers> connect(const PullCall& call, const std::function<bool()>& is_stopped) {
  Servers servers;
  const HttpAccess access{.user = call.user,
                          .password = call.password,
                          .token = call.token,
                          .ca_file = call.ca_file,
                          .stall_seconds = call.stall_seconds};
  while (servers.size() < call.connections) {
    auto client = load_http_client(access, is_stopped);
    if (!client) return client.problem();
    servers.push_back(std::make_unique<DicomwebClient>(call.url, std::move(*client)));
  }
  return servers;
}

}  // namespace

int pull(const PullCall& call, const std::atomic<int>& stop) {
  const Studies* at_work = nullptr;
  const auto is_stopped = [&] { return stop != 0 || (at_work && at_work->has_failed()); };
  auto servers = connect(call, is_stopped);
  if (!servers) return end_with(servers.problem());
  const auto found = find_studies(call, *servers->front(), is_stopped);
  if (stop != 0) return by_signal + stop;
  if (!found) return end_with(found.problem());
  const auto folder = PullFolder::open(call.folder);
  if (!folder) return end_with(folder.problem());
  Studies studies(*found, call.folder);
  at_work = &studies;
  ReceivedInstances received;
  const PullWork work{*folder, received, call.largest_bytes, call.partial, is_stopped};
  pull_by_threads(studies, *servers, work);
  folder->tidy();
  const auto summary = studies.conclude(stop);
  std::fputs((call.json ? pull_summary_json(summary) : pull_summary_text(summary)).c_str(), stdout);
  return summary.exit_code;
}

}  // namespace dcmflow
