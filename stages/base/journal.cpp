#include "stages/base/journal.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>
#include <set>
#include <system_error>

#include "stages/base/output_file.h"
#include "stages/base/output_place.h"
#include "stages/base/plain_name.h"

namespace dcmflow {
namespace {

constexpr std::string_view first_line = "dcmflow journal 1";
constexpr std::string_view run_line = "run";                    // what follows is of the last
constexpr std::uint64_t most_bytes = std::uint64_t{256} << 20;  // of a journal that is read

std::string private_path(const std::string& folder, std::string_view name) {
  return folder + '/' + std::string(private_folder) + '/' + std::string(name);
}

std::string journal_path(const std::string& folder) { return private_path(folder, "journal"); }

struct Entry {
  std::uint64_t bytes = 0;
  std::int64_t modified_ns = 0;
  std::string name;

  std::string line() const {
    return std::to_string(bytes) + ' ' + std::to_string(modified_ns) + ' ' + name + '\n';
  }
};

template <class Number>
bool take_number(std::string_view& line, Number& number) {
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
  if (error != std::errc{} || end == line.data() + line.size() || *end != ' ') return false;
  line.remove_prefix(static_cast<std::size_t>(end - line.data()) + 1);
  return true;
}

bool counts(const std::string& folder, const Entry& entry) {
  return is_as_written(folder, entry.name, entry.bytes, entry.modified_ns);
}

// Empty when there is none, or something else lies in its place.
std::string read_text(const std::string& folder) {
  const Descriptor file(
      ::open(journal_path(folder).c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat found {};
  if (!file || fstat(file.get(), &found) != 0 || !S_ISREG(found.st_mode) ||
      static_cast<std::uint64_t>(found.st_size) > most_bytes)
    return {};
  std::string text(static_cast<std::size_t>(found.st_size), '\0');
  std::size_t done = 0;
  while (done < text.size()) {
    const auto count =
        pread(file.get(), text.data() + done, text.size() - done, static_cast<off_t>(done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    done += static_cast<std::size_t>(count);
  }
  text.resize(done);
  return text;
}

// The lines of a text; the last of a run that was killed may lack its end, and is none.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  std::optional<std::string_view> next() {
    const auto end = rest_.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const auto line = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return line;
  }

 private:
  std::string_view rest_;
};

std::optional<Entry> entry_of(std::string_view line) {
  Entry entry;
  if (!take_number(line, entry.bytes) || !take_number(line, entry.modified_ns)) return std::nullopt;
  entry.name = line;
  return entry;
}

struct Entries {
  std::vector<Entry> counting;
  bool is_whole = false;  // every name has an entry that counts
};

Entries read_entries(const std::string& folder) {
  Entries entries;
  const std::string text = read_text(folder);
  Lines lines(text);
  if (lines.next() != first_line) return entries;
  std::set<std::string, std::less<>> all, names;
  while (const auto line = lines.next()) {
    auto entry = entry_of(*line);
    if (!entry) continue;
    all.insert(entry->name);
    if (is_plain_path(entry->name) && counts(folder, *entry) && names.insert(entry->name).second)
      entries.counting.push_back(std::move(*entry));
  }
  entries.is_whole = all.size() == names.size();
  return entries;
}

std::vector<std::string> names_of(const std::vector<Entry>& entries) {
  std::vector<std::string> names;
  for (const auto& entry : entries) names.push_back(entry.name);
  return names;
}

Problem failed(const std::string& folder, const char* what, int error) {
  return output_problem(journal_path(folder) + ' ' + what, error);
}

}  // namespace

std::vector<std::string> Journal::read(const std::string& folder) {
  return names_of(read_entries(folder).counting);
}

std::optional<std::map<std::string, std::uint64_t>> Journal::of_last_run(
    const std::string& folder) {
  const std::string text = read_text(folder);
  Lines lines(text);
  if (lines.next() != first_line) return std::nullopt;
  std::optional<std::map<std::string, std::uint64_t>> found;
  while (const auto line = lines.next()) {
    if (*line == run_line) found.emplace();
    if (!found) continue;
    if (auto entry = entry_of(*line)) found->insert_or_assign(std::move(entry->name), entry->bytes);
  }
  return found;
}

Result<std::unique_ptr<Journal>> Journal::open(const std::string& folder) {
  std::unique_ptr<Journal> journal(new Journal);
  journal->folder_ = folder;
  if (const auto written = journal->write_anew(); !written) return written.problem();
  return journal;
}

// In place of the old one, so that a kill leaves either.
Status Journal::write_anew() {
  const auto entries = read_entries(folder_);
  earlier_ = names_of(entries.counting);
  is_whole_ = entries.is_whole;
  std::string text(first_line);
  text += '\n';
  for (const auto& entry : entries.counting) text += entry.line();
  text.append(run_line).append("\n");
  const std::string part = private_path(folder_, "journal.part");
  unlink(part.c_str());
  Descriptor file(::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666));
  if (!file) return failed(folder_, "cannot be created", errno);
  int error = write_all(file.get(), text);
  if (error == 0 && rename(part.c_str(), journal_path(folder_).c_str()) != 0) error = errno;
  if (error != 0) {
    unlink(part.c_str());
    return failed(folder_, "cannot be written", error);
  }
  const Lock lock(mutex_);
  file_ = std::move(file);
  size_ = text.size();
  return Done{};
}

void Journal::reserve(std::uint64_t bytes) {
  const Lock lock(mutex_);
  const auto end = static_cast<off_t>(size_);
  static_cast<void>(fallocate(file_.get(), FALLOC_FL_KEEP_SIZE, end, static_cast<off_t>(bytes)));
}

Status Journal::sync() const {
  const Lock lock(mutex_);
  const auto path = journal_path(folder_);
  if (auto synced = check_output(path, path, size_, true); !synced) return synced;
  return sync_folder(private_path(folder_, "."));
}

Status Journal::add(const std::string& name, std::uint64_t bytes, std::int64_t modified_ns) {
  const Lock lock(mutex_);
  const auto line = Entry{bytes, modified_ns, name}.line();
  if (const int error = write_all(file_.get(), line); error != 0) {
    // What there is of the line would spoil the next.
    static_cast<void>(ftruncate(file_.get(), static_cast<off_t>(size_)));
    return failed(folder_, "cannot take an entry", error);
  }
  size_ += line.size();
  return Done{};
}

}  // namespace dcmflow
