#include "stages/catalog/report_files.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <tuple>
#include <utility>

#include "stages/base/printable.h"
#include "stages/catalog/listed_series.h"
#include "stages/catalog/stored_parts.h"

namespace dcmflow {
namespace {

constexpr std::size_t depth_of_files = 2;
constexpr std::size_t stored_piece_bytes = 64 << 10;

// All lists may have begun and wait, so what is read of each depends on how many there are.
std::size_t piece_bytes(std::size_t lists) {
  constexpr std::size_t of_all = 1 << 20, least = 512, most = 64 << 10;
  return std::clamp(of_all / std::max<std::size_t>(lists, 1), least, most);
}

// A sorted list on its way into the file. The list that is not the first any more waits.
struct FileList {
  std::string_view name;        // of its next file
  bool is_of_problems = false;  // these come behind a file of the same name
  // Writes that file and goes on to the one behind it; false when there is none.
  std::function<Result<bool>(JsonWriter&, FileList&)> write;
};

// Of a series that has rendered them. Nothing is read before the first of them is due: there are
// as many as series, and most come one after the other.
class StoredFiles {
 public:
  StoredFiles(const PartStore& store, const StoredText& text, std::size_t piece_bytes)
      : reader_(store, text, piece_bytes) {}

  Result<bool> write(JsonWriter& json, FileList& list) {
    if (!is_begun_)
      if (auto begun = next(); !begun) return begun;
    is_begun_ = true;
    json.begin_elements().piece(element_);
    auto more = next();
    list.name = name_;
    return more;
  }

 private:
  // A NUL ends the name, which has any other byte; a line feed the element, which has none.
  Result<bool> next() {
    for (;;) {
      const auto rest = std::string_view(text_).substr(used_);
      const auto name_end = rest.find('\0');
      const auto end = name_end == rest.npos ? rest.npos : rest.find('\n', name_end);
      if (end != rest.npos) {
        name_ = rest.substr(0, name_end);
        element_ = rest.substr(name_end + 1, end - name_end - 1);
        used_ += end + 1;
        return true;
      }
      const auto piece = reader_.next();
      if (!piece) return piece.problem();
      if (piece->empty()) {
        text_ = {};  // of many lists that have ended
        return false;
      }
      text_.erase(0, std::exchange(used_, 0));
      text_ += *piece;
    }
  }

  PartReader reader_;
  bool is_begun_ = false;
  std::string text_;
  std::size_t used_ = 0;
  std::string_view name_, element_;  // in text_
};

FileList stored_list(const PartStore& store, const StoredText& text, std::string_view first,
                     bool is_of_problems, std::size_t piece_bytes) {
  const auto files = std::make_shared<StoredFiles>(store, text, piece_bytes);
  return {first, is_of_problems,
          [files](JsonWriter& json, FileList& list) { return files->write(json, list); }};
}

// REQUIRES: a file; and a problem, of the next.
FileList converted_list(std::span<const ConvertedFile> files) {
  return {*files.front().name, false,
          [rest = files](JsonWriter& json, FileList& list) mutable -> Result<bool> {
            const auto file = first_file(rest);
            write_file(json, *file.front().name, "converted", file, "");
            rest = rest.subspan(file.size());
            if (rest.empty()) return false;
            list.name = *rest.front().name;
            return true;
          }};
}

FileList problem_list(std::span<const Problem* const> problems) {
  return {problems.front()->subject, true,
          [rest = problems](JsonWriter& json, FileList& list) mutable -> Result<bool> {
            const Problem& problem = *rest.front();
            write_file(json, problem.subject, reason_code(problem.reason), {}, problem.detail);
            rest = rest.subspan(1);
            if (rest.empty()) return false;
            list.name = rest.front()->subject;
            return true;
          }};
}

std::tuple<std::string_view, Reason, std::string_view> by_file(const Problem* problem) {
  return {problem->subject, problem->reason, problem->detail};
}

// Adds one file after the other to a run.
class RunWriter {
 public:
  explicit RunWriter(PartStore& store) : store_(store) {}

  void add(const std::string& name, std::string_view disposition,
           std::span<const ConvertedFile> images, std::string_view detail) {
    if (run_.files++ == 0) run_.first = name;
    write_file(json_, name, disposition, images, detail);
    piece_.append(name).append(1, '\0').append(json_.take_elements()).append(1, '\n');
    if (piece_.size() >= stored_piece_bytes) flush();
  }
  std::optional<FileRun> take(bool is_of_problems) {
    flush();
    run_.is_of_problems = is_of_problems;
    return has_room_ ? std::optional(std::move(run_)) : std::nullopt;
  }

 private:
  void flush() {
    has_room_ = has_room_ && store_.add(run_.text, piece_);
    piece_.clear();
  }

  PartStore& store_;
  JsonWriter json_ = JsonWriter::elements(depth_of_files);
  FileRun run_;
  std::string piece_;
  bool has_room_ = true;
};

// Always the least first.
Status merge(JsonWriter& json, std::vector<FileList> lists) {
  const auto is_later = [](const FileList& a, const FileList& b) {
    return std::tie(a.name, a.is_of_problems) > std::tie(b.name, b.is_of_problems);
  };
  std::ranges::make_heap(lists, is_later);
  while (!lists.empty() && !json.is_failed()) {
    std::ranges::pop_heap(lists, is_later);
    FileList& list = lists.back();
    const bool is_last = lists.size() == 1;
    Result<bool> more = true;
    do more = list.write(json, list);
    while (more && *more && !json.is_failed() && (is_last || is_later(lists.front(), list)));
    if (!more) return more.problem();
    if (*more)
      std::ranges::push_heap(lists, is_later);
    else
      lists.pop_back();
  }
  return Done{};
}

}  // namespace

std::vector<ConvertedFile> list_converted(std::span<const ImageFile* const> images) {
  std::size_t count = 0;
  for (const ImageFile* image : images) count += image->stack->frames.size();
  std::vector<ConvertedFile> files;
  files.reserve(count);
  for (const ImageFile* image : images)
    for (const Frame& frame : image->stack->frames)
      files.push_back({&frame.instance->file->name, image});
  std::ranges::sort(files, {}, &ConvertedFile::key);
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

std::span<const ConvertedFile> first_file(std::span<const ConvertedFile> files) {
  const auto other = std::ranges::find_if(
      files, [&](const ConvertedFile& file) { return *file.name != *files.front().name; });
  return files.first(static_cast<std::size_t>(other - files.begin()));
}

void write_file(JsonWriter& json, const std::string& name, std::string_view disposition,
                std::span<const ConvertedFile> images, std::string_view detail) {
  using Layout = JsonWriter::Layout;
  json.object(Layout::one_line).member("name", printable(name)).member("disposition", disposition);
  json.key("images").array(Layout::one_line);
  for (const ConvertedFile& file : images) json.value(file.image->name);
  json.end().member("detail", detail).end();
}

std::optional<FileRun> store_converted(std::span<const ImageFile* const> images, PartStore& store) {
  const auto converted = list_converted(images);
  RunWriter run(store);
  for (std::span<const ConvertedFile> rest(converted); !rest.empty();) {
    const auto file = first_file(rest);
    rest = rest.subspan(file.size());
    run.add(*file.front().name, "converted", file, "");
  }
  return run.take(false);
}

std::optional<FileRun> store_left(std::vector<Problem> left, PartStore& store) {
  std::ranges::sort(left, {}, [](const Problem& problem) { return by_file(&problem); });
  RunWriter run(store);
  for (const Problem& problem : left)
    run.add(problem.subject, reason_code(problem.reason), {}, problem.detail);
  return run.take(true);
}

ReportFiles::ReportFiles(const Catalog& catalog) : catalog_(catalog) {
  std::vector<const ImageFile*> images;  // of series that have not rendered their files
  for (const ImageFile& image : catalog.images)
    if (!find_part(catalog, *image.stack->series, Part::files)) images.push_back(&image);
  for (const LabelImage* image : catalog.labels) images.push_back(&image->file);
  files_ = list_converted(images);
  for (std::span<const ConvertedFile> rest(files_); !rest.empty(); ++converted_)
    rest = rest.subspan(first_file(rest).size());
  for (const auto& [series, parts] : catalog.parts) converted_ += parts.converted_files;
  if (catalog.listed)
    for (const FileRun& run : catalog.listed->files())
      if (!run.is_of_problems) converted_ += run.files;
  for (const Problem& problem : catalog.not_converted) problems_.push_back(&problem);
  std::ranges::sort(problems_, {}, by_file);
}

Status ReportFiles::write(JsonWriter& json) {
  std::vector<FileList> lists;
  const auto runs = catalog_.listed ? catalog_.listed->files() : std::span<const FileRun>();
  const auto bytes = piece_bytes(catalog_.parts.size() + runs.size());
  for (const auto& [series, parts] : catalog_.parts)
    if (const auto* text = parts.find(Part::files); text && parts.converted_files > 0)
      lists.push_back(stored_list(*catalog_.part_store, *text, parts.first_file, false, bytes));
  for (const FileRun& run : runs)
    lists.push_back(
        stored_list(*catalog_.part_store, run.text, run.first, run.is_of_problems, bytes));
  if (!files_.empty()) lists.push_back(converted_list(files_));
  if (!problems_.empty()) lists.push_back(problem_list(problems_));
  return merge(json, std::move(lists));
}

}  // namespace dcmflow
