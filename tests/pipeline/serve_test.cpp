// dcmflow serve: what a browser gets, and what nobody gets.

#include <gmock/gmock.h>
#include <unistd.h>

#include "test-data/phantom.h"
#include "tests/pipeline/pipeline_scene.h"
#include "tests/support/http_request.h"
#include "tests/support/running_program.h"

namespace dcmflow {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Serve : public PipelineScene {
 protected:
  void SetUp() override {
    write_phantom_series({.series_uid = "1.2.3.4"}, input);
    ASSERT_EQ(convert({"--report", "--catalogue", "yes", "--format", "nii"}).exit_status, 0);
  }
  void serve() {
    // Its answer to standard error, which a test can read while it runs.
    program = std::make_unique<RunningProgram>(ProgramCall{
        .command = {"/bin/sh", "-c", "exec \"$0\" serve \"$1\" --listen 127.0.0.1:0 >&2",
                    DCMFLOW_PROGRAM, output}});
    for (int i = 0; i < 1000 && program->errors().find('\n') == std::string::npos; ++i)
      usleep(10'000);
    const auto said = program->errors();
    const std::string before = "http://";
    const auto at = said.find(before);
    ASSERT_NE(at, std::string::npos) << said;
    address =
        said.substr(at + before.size(), said.find('/', at + before.size()) - at - before.size());
  }
  int status_of(const std::string& path, const std::map<std::string, std::string>& headers = {}) {
    return http_get(address, path, headers).status;
  }

  std::string address;
  std::unique_ptr<RunningProgram> program;
};

TEST_F(Serve, GivesReportJsonAndImages) {
  serve();
  const auto report = http_get(address, "/");
  EXPECT_EQ(report.status, 200);
  EXPECT_EQ(report.body, bytes_of(output + "/report.html"));
  EXPECT_THAT(report.headers, HasSubstr("content-type: text/html; charset=utf-8\n"));
  EXPECT_THAT(report.headers, HasSubstr("cache-control: no-store\n"));
  EXPECT_THAT(report.headers, HasSubstr("x-content-type-options: nosniff\n"));
  const auto json = http_get(address, "/volumes.json");
  EXPECT_EQ(json.body, bytes_of(output + "/volumes.json"));
  EXPECT_THAT(json.headers, HasSubstr("content-type: application/json\n"));
  EXPECT_EQ(http_get(address, "/1.2.3.4.nii").body, bytes_of(output + "/1.2.3.4.nii"));
  EXPECT_EQ(http_get(address, "/healthz").body, "ok\n");
  EXPECT_THAT(
      http_get(address, "/1.2.3.4.nii", {}, "HEAD").headers,
      HasSubstr("content-length: " + std::to_string(fs::file_size(output + "/1.2.3.4.nii"))));
}

TEST_F(Serve, GivesAPartThatIsAskedFor) {
  serve();
  const auto whole = bytes_of(output + "/1.2.3.4.nii");
  const auto size = std::to_string(whole.size());
  const auto part = [&](const std::string& range) {
    return http_get(address, "/1.2.3.4.nii", {{"Range", "bytes=" + range}});
  };
  EXPECT_EQ(part("4-9").status, 206);
  EXPECT_EQ(part("4-9").body, whole.substr(4, 6));
  EXPECT_THAT(part("4-9").headers, HasSubstr("content-range: bytes 4-9/" + size + "\n"));
  EXPECT_EQ(part("7-7").body, whole.substr(7, 1));
  EXPECT_EQ(part("-5").body, whole.substr(whole.size() - 5));
  EXPECT_EQ(part(size + "-").status, 416);
  EXPECT_THAT(part(size + "-").headers, HasSubstr("content-range: bytes */" + size + "\n"));
  EXPECT_EQ(part("0-1,4-5").status, 416);
  // An end behind the last byte is the last byte (RFC 9110, 14.1.2).
  const auto last = part("10-99999999");
  EXPECT_EQ(last.body, whole.substr(10));
  EXPECT_THAT(last.headers, HasSubstr("bytes 10-" + std::to_string(whole.size() - 1) + "/" + size));
}

// Who gets less than was announced knows that it is not whole.
TEST_F(Serve, AFileThatIsCutMeanwhileIsNotEndedAsIfItWereWhole) {
  const std::string name = "large.bin";
  write_bytes(output + "/" + name, std::string(32 << 20, 'x'));
  serve();
  const auto port = address.substr(address.find(':') + 1);
  const auto client = run_program(
      {.command = {"/usr/bin/python3", "-c",
                   "import http.client, os, sys\n"
                   "connection = http.client.HTTPConnection('127.0.0.1', int(sys.argv[1]))\n"
                   "connection.request('GET', '/large.bin')\n"
                   "answer = connection.getresponse()\n"
                   "answer.read(1)\n"
                   "os.truncate(sys.argv[2], 1000)\n"
                   "try: answer.read()\n"
                   "except (http.client.IncompleteRead, ConnectionError): print('cut')",
                   port, output + "/" + name}});
  EXPECT_EQ(client.output, "cut\n") << client.errors;
}

TEST_F(Serve, GivesNothingElse) {
  write_bytes(folder / "outside.txt", "secret");
  fs::create_symlink(folder / "outside.txt", output + "/link.txt");
  fs::create_directory_symlink(folder.path(), output + "/links");
  fs::create_directory(output + "/inner");
  write_bytes(output + "/inner/page.html", "<script>alert(1)</script>");
  serve();
  for (const auto* path :
       {"/.dcmflow/catalogue.sqlite", "/../outside.txt", "/%2e%2e/outside.txt", "/..%2foutside.txt",
        "/inner/../../outside.txt", "//etc/passwd", "/link.txt", "/links/outside.txt", "/inner",
        "/inner/", "/1.2.3.4.nii%00.txt", "/nothing"})
    EXPECT_EQ(status_of(path), 404) << path;
  const auto page = http_get(address, "/inner/page.html");
  EXPECT_THAT(page.headers, HasSubstr("content-type: application/octet-stream\n"));
  EXPECT_NE(http_get(address, "/", {}, "DELETE").status, 200);
}

TEST_F(Serve, IsForItsOwnMachine) {
  serve();
  for (const auto* host : {"dcmflow.example", "127.0.0.1.example", "127.example:80", "[::2]", ""})
    EXPECT_EQ(status_of("/volumes.json", {{"Host", host}}), 403) << host;
  for (const auto* host : {"localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:80"})
    EXPECT_EQ(status_of("/volumes.json", {{"Host", host}}), 200) << host;
}

TEST_F(Serve, ShowsTheViewerWhereThereIsNoReport) {
  fs::remove(output + "/report.html");
  serve();
  const auto first = http_get(address, "/");
  EXPECT_EQ(first.status, 302);
  EXPECT_THAT(first.headers, HasSubstr("location: /viewer\n"));
}

TEST_F(Serve, EndsWithASignal) {
  serve();
  program->send(SIGTERM);
  const auto run = program->wait();
  program.reset();
  EXPECT_EQ(run.exit_status, 0);
  EXPECT_LT(run.seconds, 5);
}

TEST_F(Serve, EndsThoughAClientGoesOnSayingAByteAtATime) {
  serve();
  RunningProgram client({.command = {"/usr/bin/python3", "-c",
                                     "import socket, sys, time\n"
                                     "host, port = sys.argv[1].split(':')\n"
                                     "s = socket.create_connection((host, int(port)))\n"
                                     "s.sendall(b'GET / HTTP/1.1\\r\\nHost: localhost\\r\\nX: ')\n"
                                     "print('begun', file=sys.stderr, flush=True)\n"
                                     "while True: s.send(b'a'); time.sleep(0.2)",
                                     address}});
  for (int i = 0; i < 1000 && client.errors().find("begun") == std::string::npos; ++i)
    usleep(10'000);
  usleep(300'000);
  program->send(SIGTERM);
  const auto run = program->wait();
  program.reset();
  EXPECT_EQ(run.exit_status, 0);
  EXPECT_LT(run.seconds, 30);
}

TEST_F(Serve, WantsAnOutputFolder) {
  fs::create_directories(folder / "empty");
  const auto run = run_program({.command = {DCMFLOW_PROGRAM, "serve", folder / "empty"}});
  EXPECT_EQ(run.exit_status, 2);
  EXPECT_THAT(run.errors, HasSubstr("no volumes.json"));
}

}  // namespace
}  // namespace dcmflow
