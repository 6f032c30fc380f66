// floor IN OUT THREADS [sync]: the least that turning native DICOM files into plain images can
// cost. Every byte below IN is read once, and the pixel bytes are written once, into one file in
// OUT for each folder of IN. Nothing is parsed, checked or hashed. With `sync` the disk has it all
// at the end.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <map>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

struct Copy {
  std::string source;
  std::size_t size = 0;    // of the source
  std::size_t pixels = 0;  // its last bytes: what is written
  int destination = -1;
  std::size_t offset = 0;
};

[[noreturn]] void fail(const std::string& path) {
  throw std::runtime_error(path + ": " + std::strerror(errno));
}

// The length of Pixel Data (7FE0,0010) of the files of one folder, which are alike: found in the
// first by the bytes of its tag, explicit VR (OW) or implicit, little endian. The whole file when
// there is none.
std::size_t pixel_bytes(const std::string& path, std::size_t size) {
  constexpr std::string_view tag("\xe0\x7f\x10\x00", 4);
  std::string content(size, '\0');
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0 || pread(file, content.data(), size, 0) != static_cast<ssize_t>(size)) fail(path);
  close(file);
  const auto place = content.find(tag);
  if (place == std::string::npos || place + 12 > size) return size;
  const std::size_t value = content[place + 4] == 'O' ? 12 : 8;
  return size - place - value;
}

std::vector<Copy> plan(const std::string& in, const std::string& out) {
  std::map<std::string, std::vector<Copy>> folders;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(in))
    if (entry.is_regular_file())
      folders[entry.path().parent_path()].push_back({entry.path(), entry.file_size()});
  std::vector<Copy> copies;
  for (auto& [folder, files] : folders) {
    const std::string path = out + "/" + std::to_string(copies.size()) + ".raw";
    const int destination = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (destination < 0) fail(path);
    const std::size_t pixels = pixel_bytes(files[0].source, files[0].size);
    std::size_t offset = 0;
    for (auto& file : files) {
      file.pixels = std::min(pixels, file.size);
      file.destination = destination;
      file.offset = offset;
      offset += file.pixels;
      copies.push_back(std::move(file));
    }
    if (offset > 0 && posix_fallocate(destination, 0, static_cast<off_t>(offset)) != 0) fail(path);
  }
  return copies;
}

void make(const Copy& copy, std::vector<char>& buffer) {
  buffer.resize(std::max(buffer.size(), copy.size));
  const int source = open(copy.source.c_str(), O_RDONLY | O_CLOEXEC);
  if (source < 0 || pread(source, buffer.data(), copy.size, 0) != static_cast<ssize_t>(copy.size))
    fail(copy.source);
  close(source);
  const std::span pixels = std::span(buffer).subspan(copy.size - copy.pixels, copy.pixels);
  if (pwrite(copy.destination, pixels.data(), pixels.size(), static_cast<off_t>(copy.offset)) !=
      static_cast<ssize_t>(pixels.size()))
    fail(copy.source);
}

// Each file of OUT, and their names.
void sync(const std::string& out, const std::vector<Copy>& copies) {
  std::set<int> destinations;
  for (const auto& copy : copies) destinations.insert(copy.destination);
  for (const int destination : destinations)
    if (fsync(destination) != 0) fail(out);
  const int folder = open(out.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0 || fsync(folder) != 0) fail(out);
  close(folder);
}

void copy_all(const std::vector<Copy>& copies, int threads) {
  std::atomic<std::size_t> next{0};
  std::vector<std::jthread> workers;
  for (int i = 0; i < threads; ++i)
    workers.emplace_back([&] {
      std::vector<char> buffer;
      for (std::size_t k = next++; k < copies.size(); k = next++) make(copies[k], buffer);
    });
}

void run(const std::string& in, const std::string& out, int threads, bool syncs) {
  const auto copies = plan(in, out);
  copy_all(copies, threads);
  if (syncs) sync(out, copies);
}

}  // namespace

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  const bool syncs = arguments.size() == 5 && std::string_view(arguments[4]) == "sync";
  if (arguments.size() != (syncs ? 5 : 4) || std::atoi(arguments[3]) < 1) {
    std::fputs("usage: floor IN OUT THREADS [sync]\n", stderr);
    return 2;
  }
  try {
    run(arguments[1], arguments[2], std::atoi(arguments[3]), syncs);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "floor: %s\n", error.what());
    return 1;
  }
}
