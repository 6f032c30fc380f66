#include "engine/pull_study.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "stages/base/output_folder.h"

namespace dcmflow {
namespace {

constexpr int most_attempts = 4;

bool is_of_folder(Reason reason) {
  return reason == Reason::disk_full || reason == Reason::output_not_writable;
}

// After which the same server need not be asked for more of the study.
bool ends_attempt(Reason reason) {
  return is_of_folder(reason) || reason == Reason::server_unreachable ||
         reason == Reason::access_denied || reason == Reason::certificate_refused ||
         reason == Reason::interrupted;
}

using Series = std::map<std::string, std::set<std::string>>;

class StudyPull : public PartReceiver {
 public:
  StudyPull(std::string uid, DicomwebClient& server, const PullWork& work)
      : server_(server), work_(work) {
    study_.uid = std::move(uid);
  }
  PulledStudy run();

 private:
  // What arrives.
  Status begin_part(std::optional<std::uint64_t> bytes) override;
  Status take(std::string_view bytes) override;
  Status end_part() override;

  bool list();
  void attempt();
  bool fetch_series(const std::string& series);
  bool fetch(const std::string& path, std::size_t instances);
  Status keep(const InstanceUids& uids);
  Status too_large() const;
  void note(const Problem& problem);
  bool has_noted(bool (*is_such)(Reason)) const {
    return std::ranges::any_of(study_.problems, is_such, &Problem::reason);
  }

  DicomwebClient& server_;
  const PullWork& work_;
  PulledStudy study_;
  StudyListing listing_;
  Series missing_;
  Descriptor file_;  // that is being received
  std::uint64_t file_bytes_ = 0;
  std::size_t parts_left_ = 0;  // that the answer may still have
};

void StudyPull::note(const Problem& problem) {
  if (std::ranges::find(study_.problems, problem.reason, &Problem::reason) == study_.problems.end())
    study_.problems.push_back({problem.reason, {}, problem.detail});
}

// false: what there is is not known.
bool StudyPull::list() {
  missing_.clear();
  auto listing = server_.list_study(study_.uid);
  if (!listing) {
    note(listing.problem());
    return false;
  }
  listing_ = std::move(*listing);
  study_.instances = listing_.instances();
  for (const auto& problem : listing_.problems) note(problem);
  for (const auto& [series, instances] : listing_.series)
    for (const auto& instance : instances)
      if (!work_.folder.has({study_.uid, series, instance})) missing_[series].insert(instance);
  return true;
}

Status StudyPull::begin_part(std::optional<std::uint64_t> bytes) {
  if (parts_left_ == 0)
    return Problem{
        Reason::instances_missing, {}, "the server sent more instances than were asked for"};
  --parts_left_;
  if (bytes.value_or(0) > work_.largest_bytes) return too_large();
  const auto path = work_.folder.receiving_path(study_.uid);
  file_.reset(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666));
  file_bytes_ = 0;
  if (!file_) return output_problem(path + " cannot be made", errno);
  return Done{};
}

Status StudyPull::too_large() const {
  return Problem{Reason::answer_invalid,
                 {},
                 "an instance has more than " + std::to_string(work_.largest_bytes) +
                     " bytes; --largest allows more"};
}

Status StudyPull::take(std::string_view bytes) {
  file_bytes_ += bytes.size();
  if (file_bytes_ > work_.largest_bytes) return too_large();
  if (const int error = write_all(file_.get(), bytes); error != 0)
    return output_problem(work_.folder.receiving_path(study_.uid) + " cannot be written", error);
  return Done{};
}

// What is no instance that was asked for is not kept; the rest of the answer may be.
Status StudyPull::end_part() {
  file_.reset();
  const auto uids = work_.received.identify(work_.folder.receiving_path(study_.uid), file_bytes_);
  if (uids) return keep(*uids);
  note(uids.problem());
  return Done{};
}

Status StudyPull::keep(const InstanceUids& uids) {
  const auto series = missing_.find(uids.series);
  if (uids.study != study_.uid || series == missing_.end() ||
      !series->second.contains(uids.instance)) {
    note({Reason::instances_missing,
          {},
          "the server sent an instance that was not asked for, or twice: " +
              uid_words(uids.instance)});
    return Done{};
  }
  if (auto kept = work_.folder.keep_received(uids); !kept) return kept;
  series->second.erase(uids.instance);
  if (series->second.empty()) missing_.erase(series);
  ++study_.fetched;
  study_.bytes += file_bytes_;
  return Done{};
}

// false: this attempt is over.
bool StudyPull::fetch(const std::string& path, std::size_t instances) {
  parts_left_ = instances;
  const auto fetched = server_.retrieve(path, *this);
  file_.reset();
  work_.folder.drop_received(study_.uid);
  if (!fetched) note(fetched.problem());
  return fetched || !ends_attempt(fetched.problem().reason);
}

bool StudyPull::fetch_series(const std::string& series) {
  const auto path = "studies/" + study_.uid + "/series/" + series;
  const auto wanted = missing_[series];
  if (wanted.size() == listing_.series[series].size()) return fetch(path, wanted.size());
  return std::ranges::all_of(wanted, [&](const std::string& instance) {
    return fetch(path + "/instances/" + instance, 1);
  });
}

// The list is asked for each time: a study may grow meanwhile.
void StudyPull::attempt() {
  study_.problems.clear();
  if (!list() || missing_.empty()) return;
  if (const auto begun = work_.folder.begin_study(study_.uid); !begun) return note(begun.problem());
  const auto wanted = missing_;
  for (const auto& [series, instances] : wanted)
    if (missing_.contains(series) && !fetch_series(series)) break;
  if (!missing_.empty() && study_.problems.empty())
    note({Reason::instances_missing, {}, "the server's answers lack instances that it lists"});
}

PulledStudy StudyPull::run() {
  for (int number = 1;; ++number) {
    attempt();
    if (!has_noted(may_pass) || has_noted(is_of_folder) ||
        !wait_for_attempt(number, work_.is_stopped))
      break;
  }
  for (const auto& [series, instances] : missing_) study_.missing += instances.size();
  const bool all_came = study_.problems.empty();
  if (!all_came && (!work_.gives_partial || has_noted(is_of_folder))) return std::move(study_);
  const auto published = work_.folder.publish(study_.uid);
  if (!published) note(published.problem());
  study_.is_whole = all_came && published.ok();
  return std::move(study_);
}

}  // namespace

bool may_pass(Reason reason) {
  switch (reason) {
    case Reason::server_unreachable:
    case Reason::server_failed:
    case Reason::transfer_cut:
    case Reason::instances_missing:
    case Reason::truncated:
    case Reason::pixel_data_short:
      return true;
    default:
      return false;
  }
}

bool wait_for_attempt(int attempt, const std::function<bool()>& is_stopped) {
  using namespace std::chrono_literals;
  if (attempt >= most_attempts) return false;
  const auto end = std::chrono::steady_clock::now() + 500ms * (1 << (attempt - 1));
  while (std::chrono::steady_clock::now() < end) {
    if (is_stopped()) return false;
    std::this_thread::sleep_for(50ms);
  }
  return !is_stopped();
}

PulledStudy pull_study(const std::string& uid, DicomwebClient& server, const PullWork& work) {
  return StudyPull(uid, server, work).run();
}

}  // namespace dcmflow
