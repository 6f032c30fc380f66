#include "engine/serve_output.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include "engine/load_http_server.h"
#include "stages/base/open_inside.h"
#include "stages/base/open_path.h"
#include "stages/base/program_folder.h"

namespace dcmflow {
namespace {

// A browser loads several images at a time, and may be slow.
constexpr unsigned threads = 8;
constexpr unsigned most_seconds = 5;

struct TypeRow {
  std::string_view ending;
  const char* type;
};
// Anything else, and HTML of anybody else, is bytes that no browser runs.
constexpr std::array types{
    TypeRow{".json", "application/json"},          TypeRow{".ndjson", "text/plain; charset=utf-8"},
    TypeRow{".csv", "text/csv; charset=utf-8"},    TypeRow{".tsv", "text/plain; charset=utf-8"},
    TypeRow{".bval", "text/plain; charset=utf-8"}, TypeRow{".bvec", "text/plain; charset=utf-8"},
    TypeRow{".txt", "text/plain; charset=utf-8"},  TypeRow{".mhd", "text/plain; charset=utf-8"},
};

const char* type_of(std::string_view path) {
  const auto row =
      std::ranges::find_if(types, [&](const TypeRow& one) { return path.ends_with(one.ending); });
  return row == types.end() ? "application/octet-stream" : row->type;
}

class FileBody : public HttpBody {
 public:
  FileBody(Descriptor file, std::uint64_t size) : file_(std::move(file)), size_(size) {}

  std::uint64_t size() const override { return size_; }
  bool read(std::uint64_t offset, std::span<char> bytes) const override {
    while (!bytes.empty()) {
      const auto got = pread(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return false;  // also where it became shorter meanwhile
      offset += static_cast<std::uint64_t>(got);
      bytes = bytes.subspan(static_cast<std::size_t>(got));
    }
    return true;
  }

 private:
  Descriptor file_;
  std::uint64_t size_;
};

HttpAnswer file_answer(Descriptor file, const char* type) {
  struct stat found {};
  if (!file || fstat(file.get(), &found) != 0) return {.status = 404, .text = "not found\n"};
  const auto size = static_cast<std::uint64_t>(found.st_size);
  return {.type = type, .body = std::make_shared<FileBody>(std::move(file), size)};
}

HttpAnswer viewer_answer() {
  const auto path = in_program_folder("dcmflow-viewer.html");
  auto file = path ? open_path(*path, O_RDONLY) : Descriptor();
  if (file) return file_answer(std::move(file), "text/html; charset=utf-8");
  return {.status = 404,
          .text = "The viewer is not installed: dcmflow-viewer.html is not beside the program.\n"};
}

HttpAnswer first_page(int folder) {
  auto report = open_inside(folder, "report.html");
  if (!report) return {.status = 302, .location = "/viewer"};
  return file_answer(std::move(report), "text/html; charset=utf-8");
}

HttpAnswer answer_of(int folder, std::string_view path) {
  path.remove_prefix(path.starts_with('/') ? 1 : 0);
  if (path == "report.html") return first_page(folder);
  return file_answer(open_inside(folder, path), type_of(path));
}

}  // namespace

Result<std::unique_ptr<HttpServer>> serve_output(const std::string& folder,
                                                 const ListenAddress& address) {
  const auto opened = std::make_shared<const Descriptor>(open_path(folder, O_PATH | O_DIRECTORY));
  if (!*opened || !open_inside(opened->get(), "volumes.json"))
    return Problem{Reason::bad_settings, folder,
                   "it is no output folder of dcmflow: there is no volumes.json in it"};
  HttpAnswers answers{
      .of_path = {{"/", [opened] { return first_page(opened->get()); }},
                  {"/viewer", viewer_answer},
                  {"/healthz", [] { return HttpAnswer{.text = "ok\n"}; }}},
      .of_others = [opened](std::string_view path) { return answer_of(opened->get(), path); },
      .threads = threads,
      .most_seconds = most_seconds};
  if (is_loopback(address.host)) answers.is_welcome = is_loopback;
  return load_http_server(address, answers);
}

void wait_for_signal(int descriptor) {
  pollfd signal{descriptor, POLLIN, 0};
  while (poll(&signal, 1, -1) < 0 && errno == EINTR) {
  }
}

}  // namespace dcmflow
