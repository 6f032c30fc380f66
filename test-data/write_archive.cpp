// Writes the files of an archive with several threads: each takes the next slice that nobody has
// taken. What a file holds depends on the plan alone.

#include <atomic>
#include <exception>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>

#include "test-data/archive.h"

namespace dcmflow {
namespace {

// The last `hole` bytes are not written.
void write_file(const std::filesystem::path& path, const std::vector<std::uint8_t>& bytes,
                std::size_t hole = 0) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size() - hole));
  file.close();
  if (!file) throw std::runtime_error(path.string() + ": cannot be written");
  if (hole > 0) std::filesystem::resize_file(path, bytes.size());
}

// The bytes of the voxels, which are the last element of a native file.
std::size_t voxel_bytes(const PhantomSeries& phantom) {
  return std::size_t{phantom.columns} * phantom.rows * phantom.bits_allocated / 8;
}

struct SliceTask {
  const ArchiveSeries* series;
  std::size_t hole;  // see write_file()
  const std::vector<std::string>* names;
  unsigned slice;
};

// The next task for whoever asks, until there is none or one has failed.
class TaskList {
 public:
  explicit TaskList(std::vector<SliceTask> tasks) : tasks_(std::move(tasks)) {}

  const SliceTask* take() {
    const std::size_t mine = next_++;
    return mine < tasks_.size() && !has_failed_ ? &tasks_[mine] : nullptr;
  }

  void fail(std::exception_ptr failure) {
    const std::scoped_lock lock(mutex_);
    if (!has_failed_.exchange(true)) failure_ = std::move(failure);
  }

  void rethrow_failure() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  const std::vector<SliceTask> tasks_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> has_failed_ = false;
  std::mutex mutex_;
  std::exception_ptr failure_;
};

// One thread's work. It makes its own header of each series, since a builder is for one thread
// alone.
void write_slices(TaskList& tasks, const std::filesystem::path& folder,
                  std::atomic<std::uint64_t>& bytes_written) {
  try {
    const ArchiveSeries* current = nullptr;
    std::optional<DicomBuilder> header;
    while (const SliceTask* task = tasks.take()) {
      const PhantomSeries& phantom = task->series->phantom;
      if (task->series != current) header = phantom_header(phantom);
      current = task->series;
      DicomBuilder file = phantom_slice(phantom, *header, task->slice);
      if (phantom.edit) phantom.edit(task->slice, file);
      const auto bytes = file.bytes(phantom.transfer_syntax);
      write_file(folder / current->folder / (*task->names)[task->slice], bytes, task->hole);
      bytes_written += bytes.size();
    }
  } catch (...) {
    tasks.fail(std::current_exception());
  }
}

}  // namespace

ArchiveSize write_archive(const Archive& archive, const std::string& folder, unsigned threads) {
  const std::filesystem::path root(folder);
  std::vector<std::vector<std::string>> names;
  for (const ArchiveSeries& series : archive.series)
    names.push_back(phantom_file_names(series.phantom));
  std::vector<SliceTask> tasks;
  for (std::size_t i = 0; i < archive.series.size(); ++i) {
    std::filesystem::create_directories(root / archive.series[i].folder);
    const auto& phantom = archive.series[i].phantom;
    const std::size_t hole = archive.headers_only ? voxel_bytes(phantom) : 0;
    for (unsigned slice = 0; slice < phantom.slices; ++slice)
      tasks.push_back({&archive.series[i], hole, &names[i], slice});
  }
  ArchiveSize size{.files = tasks.size() + archive.other_files.size()};
  for (const ArchiveFile& file : archive.other_files) {
    std::filesystem::create_directories((root / file.name).parent_path());
    write_file(root / file.name, file.bytes);
    size.bytes += file.bytes.size();
  }
  TaskList list(std::move(tasks));
  std::atomic<std::uint64_t> bytes_written = 0;
  {
    std::vector<std::jthread> workers;
    for (unsigned i = 0; i < std::max(threads, 1U); ++i)
      workers.emplace_back([&] { write_slices(list, root, bytes_written); });
  }
  list.rethrow_failure();
  size.bytes += bytes_written;
  return size;
}

}  // namespace dcmflow
