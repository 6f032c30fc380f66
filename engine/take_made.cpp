#include "engine/take_made.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <span>
#include <string>

#include "engine/attempt_notes.h"
#include "engine/run.h"
#include "stages/base/copy_file.h"
#include "stages/base/descriptor.h"
#include "stages/base/journal.h"
#include "stages/base/output_file.h"
#include "stages/base/output_place.h"
#include "stages/base/text_file.h"

namespace dcmflow {
namespace {

struct FileOfImage {
  std::string name;
  std::uint64_t bytes = 0;
  std::int64_t modified_ns = 0;
};

Status copy_into(const OutputFolder& folder, const std::string& from, FileOfImage& file) {
  const Descriptor source(open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (!source) return output_problem(from, errno);
  auto copy = OutputFile::create(folder, file.name);
  if (!copy) return copy.problem();
  const auto append = [&](std::span<const std::uint8_t> bytes) { return copy->append(bytes); };
  if (auto copied = copy_bytes(source.get(), from, append); !copied) return copied;
  if (auto whole = copy->finish(); !whole) return whole;
  file.modified_ns = copy->modified_ns();
  return copy->publish();
}

// The journal is told before the file gets its name. Two names of one file: rename() would leave
// both, so the temporary one is taken away in any case.
Status link_file(const OutputFolder& folder, const std::string& from, FileOfImage& file) {
  const auto temporary = folder.path + '/' + std::string(temporary_prefix) +
                         std::string(bare_name(file.name).substr(0, 200)) + ".part";
  unlink(temporary.c_str());
  if (link(from.c_str(), temporary.c_str()) != 0) return copy_into(folder, from, file);
  Status status = folder.journal->add(file.name, file.bytes, file.modified_ns);
  const auto place = OutputPlace::find(folder.path, file.name, true);
  if (status && (!place || place.take(temporary) != 0))
    status = output_problem(folder.path + '/' + file.name, errno);
  unlink(temporary.c_str());
  return status;
}

// A sidecar with more members than the shard knew.
Status write_more(const OutputFolder& folder, const std::string& from, const BidsMembers& members,
                  FileOfImage& file) {
  auto text = read_text_file(from, Reason::output_not_writable, from);
  if (!text) return text.problem();
  auto made = OutputFile::create(folder, file.name);
  if (!made) return made.problem();
  if (auto done = made->append(with_members(std::move(*text), members)); !done) return done;
  if (auto whole = made->finish(); !whole) return whole;
  file.bytes = made->bytes();
  file.modified_ns = made->modified_ns();
  return made->publish();
}

// The header of a pair comes last, when the old one is gone.
Status take_files(const OutputFolder& folder, MadeImages::Row& row) {
  ImageFile& image = row.image->file;
  if (image.file_names.size() > 1)
    if (auto gone = remove_output(folder.path, image.file_names.front()); !gone) return gone;
  for (std::size_t i = image.file_names.size(); i-- > 0;) {
    FileOfImage file{image.file_names[i], image.file_bytes[i], image.modified_ns[i]};
    if (auto taken = link_file(folder, row.folder + '/' + file.name, file); !taken) return taken;
    image.modified_ns[i] = file.modified_ns;
  }
  return Done{};
}

// As if it had been made: it may be the last that is chosen.
MadeImages::Row hoped_for(const VolumeJob& image) {
  const Stack& stack = image.stack();
  MadeImages::Row row;
  row.image.emplace();
  row.image->file.name = stack.image_stem;
  row.image->verdict = stack.verdict;
  row.image->flags = stack.flags;
  return row;
}

}  // namespace

bool take_made(const Run& run, VolumeJob& image) {
  if (run.made == nullptr || run.stop != 0) return false;
  const auto* const found = run.made->find(image.stack().image_stem, image.fingerprint());
  MadeImages::Row row;
  if (found != nullptr) {
    row = *found;
  } else if (run.untried != nullptr) {
    run.untried->push_back(image.stack().image_stem);
    row = hoped_for(image);
  } else {
    row.problem = {Reason::internal_error, {}, "no shard made this image"};
  }
  if (row.image && run.untried == nullptr)
    if (const auto taken = take_files(run.output.folder(), row); !taken) {
      row.image.reset();
      row.problem = taken.problem();
    }
  image.take(row);
  return true;
}

bool take_left(const Run& run, VolumeJob& image) {
  if (run.notes == nullptr || run.stop != 0) return false;
  const auto* const found =
      run.notes->earlier().find(image.stack().image_stem, image.fingerprint());
  if (found == nullptr) return false;
  image.take(*found);
  return true;
}

std::vector<SideFile> take_made_sidecars(const Run& run, const std::vector<std::string>& names,
                                         const SidecarSource& source) {
  std::vector<SideFile> taken;
  for (const auto& name : names) {
    const auto* const made = run.made->find_sidecar(name, source.of_series);
    if (made == nullptr) return {};
    const auto path = made->folder + '/' + name;
    const bool says_more = &name == names.data() && !source.members.empty();
    FileOfImage file{name, made->file.bytes, made->file.modified_ns};
    // What cannot be linked or copied is written; what that meets is told.
    if (says_more ? !write_more(run.output.folder(), path, source.members, file)
                  : !link_file(run.output.folder(), path, file))
      return {};
    taken.push_back({name, source.of_all, file.bytes, file.modified_ns});
  }
  return taken;
}

}  // namespace dcmflow
