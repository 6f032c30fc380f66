// simulate [--runs 300] [--first 1] [--keep FOLDER]: converts a small archive again and again
// within this program, each time with faults of another seed (system_calls.h). Each run must end
// complete and true, or refuse and account for what it lacks; and the same run again without faults
// must give what a run without any gives. A seed that fails is printed, and replays with --first
// SEED --runs 1 (one thread, so that calls come in one order). Works in TMPDIR: many runs are
// faster where that is memory. Exit status 1 when one failed.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "test-data/phantom.h"
#include "tests/faults/system_calls.h"

int dcmflow_main(int argc, char** argv);  // engine/main.cpp

namespace {

namespace fs = std::filesystem;
using namespace dcmflow;
using faults::Counts;
using faults::Plan;
using Files = std::map<std::string, std::string>;  // name → bytes

struct Settings {
  std::uint64_t runs = 300;
  std::uint64_t first = 1;
  std::string keep;
};

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Report and log tell times.
Files files_in(const fs::path& folder) {
  Files files;
  if (!fs::is_directory(folder)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file())
      files[fs::relative(entry.path(), folder).string()] = bytes_of(entry.path());
  return files;
}

// File → what became of it; empty without a report that can be read.
std::map<std::string, std::string> dispositions(const nlohmann::json& report) {
  std::map<std::string, std::string> found;
  if (report.is_object())
    for (const auto& row : report.value("files", nlohmann::json::array()))
      found[row.at("name")] = row.at("disposition");
  return found;
}

struct Outcome {
  int status = 0;  // as waitpid() gives it
  Counts counts;
  std::uint64_t failed = 0;
  std::string log;
  Files files;

  nlohmann::json json(const std::string& name) const {
    const auto file = files.find(name);
    return file == files.end() ? nlohmann::json()
                               : nlohmann::json::parse(file->second, nullptr, false);
  }
};

// What a child tells its parent.
struct Told {
  Counts counts;
  std::uint64_t failed;
};

// A run in a process of its own, which has done nothing yet.
class Laboratory {
 public:
  explicit Laboratory(fs::path folder) : folder_(std::move(folder)) {
    const auto series = [&](const char* uid, const char* modality, std::string_view syntax) {
      write_phantom_series({.modality = modality,
                            .series_uid = uid,
                            .columns = 24,
                            .rows = 20,
                            .slices = 5,
                            .seed = 0,
                            .transfer_syntax = std::string(syntax)},
                           input());
    };
    series("1.2.3.4", "CT", transfer_syntax::explicit_little);
    series("1.2.3.5", "MR", transfer_syntax::rle);
    series("1.2.3.6", "PT", transfer_syntax::deflated);
    std::ofstream(input() + "/notes.txt") << "no DICOM";
    told_ = static_cast<Told*>(
        mmap(nullptr, sizeof(Told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  }

  std::string input() const { return folder_ / "in"; }
  std::string output() const { return folder_ / "out"; }
  void empty_output() const { fs::remove_all(output()); }

  Outcome convert(const Plan& plan, const std::string& format) const {
    const std::string log = folder_ / "log";
    *told_ = {};
    std::fflush(nullptr);
    const auto child = fork();
    if (child == 0) {
      const int stream = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
      dup2(stream, STDOUT_FILENO);
      dup2(stream, STDERR_FILENO);
      std::vector<std::string> words{
          "dcmflow",      input(), output(),    "--format",           format, "--threads", "1",
          "--io-threads", "1",     "--explain", "--workflow-metadata"};
      std::vector<char*> arguments;
      for (auto& word : words) arguments.push_back(word.data());
      arguments.push_back(nullptr);
      faults::begin(plan);
      const int code = dcmflow_main(static_cast<int>(words.size()), arguments.data());
      told_->counts = faults::end();
      told_->failed = faults::failed();
      _exit(code);
    }
    Outcome outcome;
    waitpid(child, &outcome.status, 0);
    outcome.counts = told_->counts;
    outcome.failed = told_->failed;
    outcome.log = bytes_of(log);
    outcome.files = files_in(output());
    return outcome;
  }

 private:
  fs::path folder_;
  Told* told_;
};

// What a run without faults gives, and what is wrong with one that had some.
class Judge {
 public:
  explicit Judge(Outcome reference)
      : reference_(std::move(reference)), expected_(dispositions(reference_.json("report.json"))) {}

  const Counts& counts() const { return reference_.counts; }
  bool is_sound() const {
    return WIFEXITED(reference_.status) && WEXITSTATUS(reference_.status) == 0 &&
           std::ranges::count(expected_, "converted", [](const auto& row) { return row.second; }) ==
               15;
  }

  std::vector<std::string> faults_of(const Outcome& run, const Plan& plan) const {
    std::vector<std::string> faults;
    if (!WIFEXITED(run.status)) {
      faults.push_back("ended by signal " + std::to_string(WTERMSIG(run.status)));
      return faults;
    }
    const int code = WEXITSTATUS(run.status);
    const bool is_documented = std::set{0, 2, 3, 4, 5, 6, 7}.contains(code) ||
                               (code == 70 && plan.call == dcmflow::faults::Call::allocate);
    if (!is_documented) faults.push_back("exit code " + std::to_string(code));
    if (code != 0 && run.log.empty()) faults.emplace_back("no word of what went wrong");
    const bool is_complete = code == 0 || code == 6 || code == 7;
    if (run.files.contains("selected-images.json") != is_complete)
      faults.push_back(std::string("the marker is ") + (is_complete ? "not there" : "there") +
                       " after exit code " + std::to_string(code));
    judge_report(run, code, faults);
    judge_images(run, code, faults);
    for (const auto& [name, bytes] : run.files)
      if (name.ends_with(".part")) faults.push_back("left behind: " + name);
    return faults;
  }

  // After a run without faults in the same folder.
  std::vector<std::string> differences(const Outcome& run) const {
    std::vector<std::string> faults;
    const auto without_run = [](const Outcome& outcome) {
      auto report = outcome.json("report.json");
      if (report.is_object()) report.erase("run");
      return report;
    };
    if (run.status != 0) faults.push_back("again: status " + std::to_string(run.status));
    if (without_run(run) != without_run(reference_)) faults.emplace_back("again: another report");
    for (const auto& [name, bytes] : reference_.files) {
      if (name == "report.json" || is_own(name)) continue;
      const auto file = run.files.find(name);
      if (file == run.files.end())
        faults.push_back("again: no " + name);
      else if (file->second != bytes)
        faults.push_back("again: another " + name);
    }
    for (const auto& [name, bytes] : run.files)
      if (!reference_.files.contains(name) && !is_own(name))
        faults.push_back("again: left " + name);
    return faults;
  }

 private:
  // dcmflow's own lock and journal.
  static bool is_own(const std::string& name) { return name.starts_with(".dcmflow"); }
  static bool is_image(const std::string& name) {
    return !name.ends_with(".json") && !is_own(name);
  }

  void judge_report(const Outcome& run, int code, std::vector<std::string>& faults) const {
    const auto report = run.json("report.json");
    if (report.is_null()) {
      if (code == 0 || code == 6 || code == 7) faults.emplace_back("no report");
      return;
    }
    if (!report.is_object()) {
      faults.emplace_back("half a report");
      return;
    }
    if (report.at("exit_code") != code)
      faults.push_back("the report tells exit code " + report.at("exit_code").dump() + ", it is " +
                       std::to_string(code));
    if ((report.at("status") == "complete") != (code == 0))
      faults.push_back("status " + report.at("status").dump());
    if (code != 0) return;
    const auto found = dispositions(report);
    for (const auto& [name, disposition] : expected_)
      if (!found.contains(name)) faults.push_back("not told of: " + name);
  }

  // Files of images of which volumes.json tells that they are not whole: by a flag, or by slices
  // that are not all.
  std::set<std::string> told_partial(const Outcome& run) const {
    const auto rows_of = [](const Outcome& outcome) {
      std::map<std::string, nlohmann::json> rows;
      const auto volumes = outcome.json("volumes.json");
      if (volumes.is_object())
        for (const auto& row : volumes.at("volumes")) rows[row.at("file")] = row;
      return rows;
    };
    const auto whole = rows_of(reference_);
    std::set<std::string> partial;
    for (const auto& [name, row] : rows_of(run)) {
      const auto known = whole.find(name);
      if (row.at("flags").empty() && known != whole.end() &&
          row.at("slices") == known->second.at("slices"))
        continue;
      for (const auto& file : row.at("files")) partial.insert(file);
    }
    return partial;
  }

  // An image is the true one, or report.json tells what of its series is not in it; where that
  // could not be written, volumes.json does.
  void judge_images(const Outcome& run, int code, std::vector<std::string>& faults) const {
    const auto found = dispositions(run.json("report.json"));
    const auto partial = found.empty() ? told_partial(run) : std::set<std::string>();
    const auto lacks_a_file = [&](const std::string& image) {
      if (partial.contains(image)) return true;
      return std::ranges::any_of(expected_, [&](const auto& row) {
        const auto& [name, disposition] = row;
        const auto now = found.find(name);
        return disposition == "converted" && image.starts_with(name.substr(0, name.find('_'))) &&
               now != found.end() && now->second != disposition;
      });
    };
    for (const auto& [name, bytes] : run.files) {
      if (!is_image(name) || name.ends_with(".part")) continue;
      const auto known = reference_.files.find(name);
      if (known != reference_.files.end() && known->second == bytes) continue;
      if (!lacks_a_file(name)) faults.push_back("not the true image, and nobody says so: " + name);
    }
    if (code != 0) return;
    for (const auto& [name, bytes] : reference_.files)
      if (is_image(name) && !run.files.contains(name) && !lacks_a_file(name))
        faults.push_back("no image, and nobody says so: " + name);
  }

  Outcome reference_;
  std::map<std::string, std::string> expected_;
};

Settings read_settings(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string option = argv[i];
    if (option == "--runs") settings.runs = std::strtoull(argv[i + 1], nullptr, 10);
    if (option == "--first") settings.first = std::strtoull(argv[i + 1], nullptr, 10);
    if (option == "--keep") settings.keep = argv[i + 1];
  }
  return settings;
}

int simulate(const Settings& settings, const fs::path& folder) {
  const Laboratory laboratory(folder);
  std::map<std::string, Judge> judges;
  const std::vector<std::string> formats{"mhd", "nii", "nii.gz"};
  for (const auto& format : formats) {
    laboratory.empty_output();
    judges.emplace(format, laboratory.convert({}, format));
    if (!judges.at(format).is_sound()) {
      std::fprintf(stderr, "simulate: %s: the run without faults is not complete\n",
                   format.c_str());
      return 1;
    }
  }
  std::uint64_t failed = 0;
  std::uint64_t with_faults = 0;
  std::map<int, std::uint64_t> codes;
  for (auto seed = settings.first; seed < settings.first + settings.runs; ++seed) {
    const auto& format = formats[seed % formats.size()];
    const auto& judge = judges.at(format);
    const auto plan = faults::plan_of(seed, judge.counts());
    laboratory.empty_output();
    const auto outcome = laboratory.convert(plan, format);
    auto wrong = judge.faults_of(outcome, plan);
    with_faults += outcome.failed > 0;
    if (WIFEXITED(outcome.status)) ++codes[WEXITSTATUS(outcome.status)];
    if (wrong.empty() && seed % 4 == 0) wrong = judge.differences(laboratory.convert({}, format));
    if (wrong.empty()) continue;
    ++failed;
    std::printf("seed %llu (%s; %s):\n", static_cast<unsigned long long>(seed),
                faults::describe(plan).c_str(), format.c_str());
    for (const auto& fault : wrong) std::printf("  %s\n", fault.c_str());
    if (settings.keep.empty()) continue;
    const auto kept = fs::path(settings.keep) / std::to_string(seed);
    fs::create_directories(kept);
    fs::copy(laboratory.output(), kept / "out",
             fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    std::ofstream(kept / "log") << outcome.log;
  }
  std::printf("%llu runs, %llu met a fault, %llu failed; exit codes:",
              static_cast<unsigned long long>(settings.runs),
              static_cast<unsigned long long>(with_faults),
              static_cast<unsigned long long>(failed));
  for (const auto& [code, count] : codes)
    std::printf(" %d: %llu", code, static_cast<unsigned long long>(count));
  std::printf("\n");
  // Faults that nobody met prove nothing.
  return failed == 0 && with_faults > settings.runs / 4 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  std::string name = fs::temp_directory_path() / "dcmflow-simulate-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) return 2;
  int code = 2;
  try {
    code = simulate(read_settings(argc, argv), name);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "simulate: %s\n", failure.what());
  }
  std::error_code ignored;
  fs::remove_all(name, ignored);
  return code;
}
