#pragma once
// A folder that is watched while a test puts files into it.

#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <thread>

#include "test-data/phantom.h"
#include "tests/pipeline/pipeline_scene.h"
#include "tests/support/running_program.h"

namespace dcmflow {

class WatchedFolder : public PipelineScene {
 protected:
  using Options = std::vector<std::string>;

  void SetUp() override { std::filesystem::create_directories(input); }

  // `settle`: seconds, long against the pauses in which a test writes.
  void watch(const std::string& settle = "0.5", Options options = {}) {
    options.insert(options.begin(),
                   {DCMFLOW_PROGRAM, input, output, "--watch", "--settle", settle});
    program = std::make_unique<RunningProgram>(
        ProgramCall{.command = std::move(options), .working_folder = "/"});
    ASSERT_TRUE(wait_for([&] { return has_logged("watch: waiting"); })) << program->errors();
  }
  ProgramRun end(int signal = SIGTERM) {
    program->send(signal);
    auto run = program->wait();
    program.reset();
    return run;
  }

  static void pause(double seconds) {
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  }
  static bool wait_for(const std::function<bool()>& is_true, double seconds = 30) {
    const auto last = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    while (!is_true()) {
      if (std::chrono::steady_clock::now() > last) return false;
      pause(0.01);
    }
    return true;
  }
  bool has_logged(const std::string& words) const {
    return program->errors().find(words) != std::string::npos;
  }
  // That changed the output, and have ended.
  std::size_t rounds() const {
    const auto log = program->errors();
    std::size_t count = 0;
    for (auto at = log.find(" done: files="); at != std::string::npos;
         at = log.find(" done: files=", at + 1))
      ++count;
    return count;
  }
  void expect_rounds(std::size_t least) const {
    EXPECT_TRUE(wait_for([&] { return rounds() >= least; })) << program->errors();
  }
  // Of the output; "" while there is none, as in a round.
  std::string text_of(const std::string& name) const {
    std::ifstream file(output + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  // Slices of an image, by volumes.json; 0: it is not there.
  std::size_t slices_of(const std::string& series) const {
    const auto volumes = Json::parse(text_of("volumes.json"), nullptr, false);
    if (volumes.is_discarded()) return 0;
    for (const auto& volume : volumes["volumes"])
      if (volume["series"] == series) return volume["dimensions"][2];
    return 0;
  }

  // A series of files in a folder beside the input; their paths in no order of space.
  std::vector<std::string> prepare(const PhantomSeries& series, const std::string& name) const {
    const auto place = folder / name;
    write_phantom_series(series, place);
    std::vector<std::string> paths;
    for (const auto& file : names_in(place)) paths.push_back(place + "/" + file);
    return paths;
  }
  // As a program does that writes under the final name.
  void deliver_as(const std::string& name, const std::string& path) const {
    write_bytes(input + "/" + name, bytes_of(path));
  }
  void deliver(const std::vector<std::string>& paths, double apart = 0) const {
    for (const auto& path : paths) {
      deliver_as(std::filesystem::path(path).filename().string(), path);
      if (apart > 0) pause(apart);
    }
  }

  void expect_fresh(Options options = {}) const {
    const auto place = folder / "fresh";
    std::filesystem::remove_all(place);
    options.insert(options.begin(), {input, place});
    const auto run = run_dcmflow(std::move(options));
    EXPECT_EQ(contents(output), contents(place)) << run.errors;
  }

  std::unique_ptr<RunningProgram> program;
};

}  // namespace dcmflow
