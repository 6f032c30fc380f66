// --watch behind a receiver: DCMTK's storescu sends to storescp, which writes into the folder.

#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>

#include "tests/pipeline/watch_scene.h"

namespace dcmflow {
namespace {

namespace fs = std::filesystem;

class WatchReceiver : public WatchedFolder {
 protected:
  void SetUp() override {
    WatchedFolder::SetUp();
    for (const std::string tool : {"storescp", "storescu"})
      if (run_program({.command = {"bash", "-c", "command -v " + tool}}).exit_status != 0)
        GTEST_SKIP() << "there is no " << tool << " (Debian: dcmtk)";
  }

  static std::string free_port() {
    const int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(descriptor, reinterpret_cast<sockaddr*>(&address), size), 0);
    getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
    close(descriptor);
    return std::to_string(ntohs(address.sin_port));
  }
  void receive(std::vector<std::string> options) {
    port = free_port();
    options.insert(options.begin(), {"storescp", "--output-directory", input});
    options.push_back(port);
    receiver = std::make_unique<RunningProgram>(
        ProgramCall{.command = std::move(options), .environment = {{"TCP_NODELAY", "1"}}});
  }
  // storescp may just have begun.
  void send(const std::string& place) const {
    ProgramRun run;
    const bool is_sent = wait_for([&] {
      run = run_program({.command = {"storescu", "+sd", "+r", "127.0.0.1", port, place},
                         .environment = {{"TCP_NODELAY", "1"}}});
      return run.exit_status == 0;
    });
    EXPECT_TRUE(is_sent) << run.errors;
  }

  std::string port;
  std::unique_ptr<RunningProgram> receiver;
};

TEST_F(WatchReceiver, ConvertsWhatIsSent) {
  prepare({.series_uid = "1.2.3.1", .slices = 20}, "a");
  prepare({.modality = "MR", .series_uid = "1.2.3.2", .first_number = 50}, "b");
  receive({});
  watch("1");
  send(folder / "a");
  EXPECT_TRUE(wait_for([&] { return slices_of("1.2.3.1") == 20; })) << program->errors();
  send(folder / "b");
  EXPECT_TRUE(wait_for([&] { return slices_of("1.2.3.2") == 8; })) << program->errors();
  // The same again, over itself.
  const auto before = rounds();
  send(folder / "a");
  EXPECT_TRUE(wait_for([&] { return rounds() > before; })) << program->errors();
  EXPECT_EQ(slices_of("1.2.3.1"), 20U);
  EXPECT_EQ(end().exit_status, 0);
  expect_accounted(28);
  expect_fresh();
}

TEST_F(WatchReceiver, FindsTheFolderOfEachStudy) {
  prepare({.study_uid = "1.2.1", .series_uid = "1.2.3.1"}, "a");
  prepare({.study_uid = "1.2.2", .series_uid = "1.2.3.2"}, "b");
  receive({"--sort-on-study-uid", "study"});
  watch("1");
  send(folder / "a");
  send(folder / "b");
  EXPECT_TRUE(wait_for([&] { return slices_of("1.2.3.1") == 8 && slices_of("1.2.3.2") == 8; }))
      << program->errors();
  EXPECT_EQ(end().exit_status, 0);
  expect_fresh();
}

}  // namespace
}  // namespace dcmflow
