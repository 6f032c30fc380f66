#include "engine/shard_files.h"

#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "engine/option_files.h"
#include "engine/work_json.h"
#include "stages/base/filesystem.h"
#include "stages/base/output_file.h"
#include "stages/base/printable.h"
#include "stages/base/system_words.h"
#include "stages/catalog/json_writer.h"
#include "stages/database/fingerprint.h"

namespace dcmflow {
namespace {

constexpr std::string_view attempt_prefix = ".attempt-";
constexpr std::string_view attempt_ending = "XXXXXX";  // as mkdtemp(3) wants it

std::string attempt_name(const std::string& of) {
  return std::string(attempt_prefix) + of + '-' + std::string(attempt_ending);
}

std::string wanted_folder(const std::string& work, ShardPart part) {
  return work + "/wanted/" + words(part);
}

std::string plan_members(const ShardPlan& plan) {
  auto json = JsonWriter::to_text();
  json.object()
      .member("version", DCMFLOW_VERSION)
      .member("outputs", plan.outputs)
      .member("input", plan.input)
      .member("root", plan.root);
  json.key("options").values(plan.options);
  json.key("variables").values(plan.variables);
  json.key("files").object();
  for (const auto& [option, sha256] : plan.files) json.member(option, sha256);
  json.end();
  json.member("images", std::to_string(plan.images)).member("found_sha256", plan.found_sha256);
  json.key("headers_sha256").array();
  for (const auto& sha256 : plan.headers_sha256) json.value(sha256);
  json.end().member("id", plan.id).end();
  return json.take_text();
}

}  // namespace

std::string plan_folder(const std::string& work) { return work + "/plan"; }

std::string words(ShardPart part) {
  auto text = std::to_string(part.shard);
  if (part.part > 0) text += '-' + std::to_string(part.part);
  return text;
}

std::string shard_folder(const std::string& work, ShardPart part) {
  return work + "/shards/" + words(part);
}

Result<bool> write_wanted(const std::string& work, ShardPart part, const std::string& plan_id,
                          const std::vector<std::string>& stems) {
  auto attempt = Attempt::begin(wanted_folder(work, part));
  if (!attempt) return attempt.problem();
  auto json = JsonWriter::to_text();
  json.object().member("plan", plan_id).key("images").values(stems);
  json.end();
  if (auto written = attempt->write("wanted.json", json.take_text()); !written)
    return written.problem();
  return attempt->publish();
}

bool is_wanted(const std::string& work, ShardPart part) {
  return access(wanted_folder(work, part).c_str(), F_OK) == 0;
}

Result<std::vector<std::string>> read_wanted(const std::string& work, ShardPart part,
                                             const std::string& plan_id) {
  const auto path = wanted_folder(work, part) + "/wanted.json";
  const auto json = read_object(path);
  if (!json) return json.problem();
  auto stems = texts_of(*json, "images");
  if (stems.empty() || text_of(*json, "plan") != plan_id) return damaged(path);
  return stems;
}

std::optional<std::size_t> shard_of_attempt(std::string_view name) {
  if (!name.starts_with(attempt_prefix)) return std::nullopt;
  name.remove_prefix(attempt_prefix.size());
  std::size_t shard = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), shard);
  if (error != std::errc() || end == name.data()) return std::nullopt;
  return shard;
}

bool is_attempt_of(std::string_view name, ShardPart part) {
  const auto begin = attempt_name(words(part));
  return name.size() == begin.size() &&
         begin.starts_with(name.substr(0, name.size() - attempt_ending.size()));
}

void remove_attempts(const std::string& work) {
  for (const auto& folder : {work, work + "/scan", work + "/shards", work + "/wanted"}) {
    FileError ended;
    std::vector<fs::path> attempts;
    for (fs::directory_iterator at(folder, ended); !ended && at != fs::directory_iterator();
         at.increment(ended))
      if (at->path().filename().string().starts_with(attempt_prefix))
        attempts.push_back(at->path());
    for (const auto& attempt : attempts) fs::remove_all(attempt, ended);
  }
}

Result<ShardPlan> read_shard_plan(const std::string& work) {
  const auto path = plan_folder(work) + "/plan.json";
  const auto json = read_object(path);
  if (!json) return json.problem();
  if (text_of(*json, "version") != DCMFLOW_VERSION)
    return Problem{Reason::bad_settings, printable(path),
                   "is of dcmflow " + printable(text_of(*json, "version")) +
                       ", this is " DCMFLOW_VERSION "; plan, shards and merge take one release"};
  ShardPlan plan{.id = {},
                 .outputs = text_of(*json, "outputs"),
                 .input = text_of(*json, "input"),
                 .root = text_of(*json, "root"),
                 .options = texts_of(*json, "options"),
                 .variables = texts_of(*json, "variables"),
                 .files = {},
                 .images = number_of(*json, "images"),
                 .found_sha256 = text_of(*json, "found_sha256"),
                 .headers_sha256 = texts_of(*json, "headers_sha256")};
  if (const auto* const files = json->find("files"))
    for (const auto option : options_with_files)
      if (auto sha256 = text_of(*files, option); !sha256.empty())
        plan.files.emplace(option, std::move(sha256));
  shard_plan_text(plan);
  if (plan.headers_sha256.empty() || plan.input.empty() || plan.root.empty() ||
      text_of(*json, "id") != plan.id)
    return damaged(path);
  return plan;
}

std::string shard_plan_text(ShardPlan& plan) {
  plan.id.clear();
  plan.id = fingerprint(plan_members(plan));
  return plan_members(plan);
}

Result<ShardManifest> read_manifest(const std::string& work, ShardPart part) {
  const auto json = read_object(shard_folder(work, part) + "/manifest.json");
  if (!json) return json.problem();
  return ShardManifest{text_of(*json, "plan"), text_of(*json, "records_sha256")};
}

std::string manifest_text(const ShardManifest& manifest) {
  auto json = JsonWriter::to_text();
  json.object()
      .member("plan", manifest.plan_id)
      .member("records_sha256", manifest.records_sha256)
      .end();
  return json.take_text();
}

Result<std::string> read_checked(const std::string& path, std::string_view sha256) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return Problem{Reason::no_input, printable(path), "cannot be read: " + system_words(errno)};
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (file.bad() || fingerprint(bytes) != sha256) return damaged(path);
  return bytes;
}

Attempt::Attempt(std::string path, std::string folder)
    : path_(std::move(path)), folder_(std::move(folder)) {}

Attempt::Attempt(Attempt&& other) noexcept
    : path_(std::exchange(other.path_, {})), folder_(std::move(other.folder_)) {}

Attempt::~Attempt() {
  if (path_.empty()) return;
  FileError ignored;
  fs::remove_all(path_, ignored);
}

Result<Attempt> Attempt::begin(const std::string& folder) {
  const fs::path name(folder);
  FileError error;
  fs::create_directories(name.parent_path(), error);
  auto path = (name.parent_path() / attempt_name(name.filename().string())).string();
  if (error || mkdtemp(path.data()) == nullptr)
    return output_problem(name.parent_path().string(), error ? error.value() : errno);
  // As any folder: who merges may be somebody else.
  const auto mask = fs::perms::group_write | fs::perms::others_write;
  fs::permissions(path, fs::perms::all_all & ~mask, error);
  return Attempt(std::move(path), folder);
}

Status Attempt::write(const std::string& name, std::string_view text) const {
  auto file = OutputFile::create(path_, name);
  if (!file) return file.problem();
  if (auto written = file->append(text); !written) return written;
  if (auto done = file->commit(); !done) return done;
  return check_output(path_ + '/' + name, name, text.size(), true);
}

Result<bool> Attempt::publish() {
  if (auto synced = sync_folder(path_); !synced) return synced.problem();
  if (rename(path_.c_str(), folder_.c_str()) != 0) {
    if (errno == EEXIST || errno == ENOTEMPTY) return false;
    return output_problem(folder_, errno);
  }
  path_.clear();
  if (auto synced = sync_folder(fs::path(folder_).parent_path().string()); !synced)
    return synced.problem();
  return true;
}

}  // namespace dcmflow
