#include "config/watch_settings.h"

#include <gmock/gmock.h>

#include <map>

namespace dcmflow {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

CommandLine watching() {
  CommandLine command_line;
  command_line.watch = true;
  return command_line;
}

Settings settings() {
  Settings settings;
  settings.catalogue = WhetherCatalogue::yes;
  return settings;
}

Problem problem_of(const CommandLine& command_line, Settings read = settings()) {
  const auto status = read_watch_settings(command_line, read);
  if (!status) return status.problem();
  ADD_FAILURE() << "accepted";
  return {};
}

TEST(WatchSettings, AreOffUnlessAskedFor) {
  auto read = settings();
  ASSERT_TRUE(read_watch_settings({}, read));
  EXPECT_FALSE(read.watch);
  EXPECT_FALSE(read.resume);
}

TEST(WatchSettings, GoOnAndHaveDefaults) {
  auto read = settings();
  ASSERT_TRUE(read_watch_settings(watching(), read));
  EXPECT_TRUE(read.watch);
  EXPECT_TRUE(read.resume);
  EXPECT_EQ(read.settle, 10s);
  EXPECT_FALSE(read.listen);
}

TEST(WatchSettings, SettleIsANumberOfSeconds) {
  for (const auto& [text, settle] : std::map<std::string, std::chrono::milliseconds>{
           {"0", 0ms}, {"0.25", 250ms}, {"86400", 24h}}) {
    auto command_line = watching();
    command_line.settle = text;
    auto read = settings();
    EXPECT_TRUE(read_watch_settings(command_line, read)) << text;
    EXPECT_EQ(read.settle, settle) << text;
  }
  for (const auto* text : {"-1", "86401", "ten", "10s", "nan", "inf", " 1", "1e9"}) {
    auto command_line = watching();
    command_line.settle = text;
    const auto problem = problem_of(command_line);
    EXPECT_EQ(problem.reason, Reason::bad_settings);
    EXPECT_EQ(problem.subject, "--settle") << text;
    EXPECT_THAT(problem.detail, HasSubstr(text));
  }
}

TEST(WatchSettings, ListenIsAnAddress) {
  struct Row {
    const char* text;
    std::string host;
    std::uint16_t port;
  };
  for (const auto& row :
       {Row{"127.0.0.1:9400", "127.0.0.1", 9400}, Row{"[::1]:80", "::1", 80},
        Row{"localhost:0", "localhost", 0}, Row{"0.0.0.0:65535", "0.0.0.0", 65535}}) {
    auto command_line = watching();
    command_line.listen = row.text;
    auto read = settings();
    ASSERT_TRUE(read_watch_settings(command_line, read)) << row.text;
    EXPECT_EQ(read.listen->host, row.host);
    EXPECT_EQ(read.listen->port, row.port);
  }
  for (const auto* text :
       {"9400", ":9400", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "::1:80",
        "[127.0.0.1]:80", "[]:80", "127.0.0.1:80x", "[::1]"}) {
    auto command_line = watching();
    command_line.listen = text;
    EXPECT_EQ(problem_of(command_line).subject, "--listen") << text;
  }
}

TEST(WatchSettings, AreOfAWatch) {
  CommandLine settle, listen;
  settle.settle = "5";
  listen.listen = "127.0.0.1:9400";
  EXPECT_EQ(problem_of(settle).subject, "--settle");
  EXPECT_EQ(problem_of(listen).subject, "--listen");
}

TEST(WatchSettings, RefuseWhatIsOfOneRunOrKeepsRoundsFromGoingOn) {
  auto dry_run = watching(), trace = watching(), no_patient = watching();
  dry_run.dry_run = true;
  trace.trace = "trace.json";
  no_patient.no_patient = true;
  EXPECT_THAT(problem_of(dry_run).detail, HasSubstr("--dry-run"));
  EXPECT_THAT(problem_of(trace).detail, HasSubstr("--trace"));
  EXPECT_THAT(problem_of(no_patient).detail, HasSubstr("--no-patient"));
  auto without = settings(), keeps = settings(), asks = settings();
  without.catalogue = WhetherCatalogue::none;
  keeps.on_earlier = OnEarlier::refuse;
  asks.task = Task::list_values;
  EXPECT_THAT(problem_of(watching(), without).detail, HasSubstr("--catalogue none"));
  EXPECT_THAT(problem_of(watching(), keeps).detail, HasSubstr("--on-earlier refuse"));
  EXPECT_EQ(problem_of(watching(), asks).subject, "--watch");
}

}  // namespace
}  // namespace dcmflow
