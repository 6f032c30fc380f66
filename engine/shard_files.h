#pragma once
// The files that plan, shards and merge share in a work folder. Each is in a folder that got its
// name when it was whole: WORK/plan (plan.json, found, K.headers, and copies of the files that
// options name), and for each shard WORK/shards/K (manifest.json, records, images/). No host, time
// or attempt is in them that outputs could show. For one thread.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stages/base/result.h"

namespace dcmflow {

struct ShardPlan {
  std::string id;       // SHA-256 of all that plan.json says
  std::string outputs;  // see outputs_fingerprint()
  std::string input;
  std::string root;                          // see root_of_names()
  std::vector<std::string> options;          // of the conversion
  std::vector<std::string> variables;        // NAME=value, sorted
  std::map<std::string, std::string> files;  // SHA-256 of those that options name, by option
  std::size_t images = 0;                    // of all shards
  std::string found_sha256;
  std::vector<std::string> headers_sha256;  // one a shard
};

// What one process makes at once, under one name. Shard K may have several parts: the first has the
// images of the plan; each further one has those that took the place of images that failed, see
// engine/shards.h.
struct ShardPart {
  std::size_t shard = 0;
  std::size_t part = 0;
};

std::string plan_folder(const std::string& work);
std::string shard_folder(const std::string& work, ShardPart part);
std::string words(ShardPart part);

// Which images a further part has, by stem. False: that is said already. Problems: of Attempt.
Result<bool> write_wanted(const std::string& work, ShardPart part, const std::string& plan_id,
                          const std::vector<std::string>& stems);
bool is_wanted(const std::string& work, ShardPart part);
// Problem{no_input | catalogue_failed}.
Result<std::vector<std::string>> read_wanted(const std::string& work, ShardPart part,
                                             const std::string& plan_id);

// The shard of an attempt, by the name of its folder; nullopt: it is none.
std::optional<std::size_t> shard_of_attempt(std::string_view name);
// Whether that is the name of one of this very part.
bool is_attempt_of(std::string_view name, ShardPart part);
// What attempts left that ended without their end. REQUIRES: each shard is done, so a live one of
// them comes too late and knows it.
void remove_attempts(const std::string& work);

// Problem{no_input}: there is none; {catalogue_failed}: it is damaged; {bad_settings}: it is of
// another release.
Result<ShardPlan> read_shard_plan(const std::string& work);
// The bytes of plan.json, which end in their own id: who reads them sees any change. Sets plan.id.
std::string shard_plan_text(ShardPlan& plan);

// What a shard tells when it is done.
struct ShardManifest {
  std::string plan_id;
  std::string records_sha256;
};
Result<ShardManifest> read_manifest(const std::string& work, ShardPart part);
std::string manifest_text(const ShardManifest& manifest);

// All bytes of a file with that SHA-256. Problem{no_input | catalogue_failed}.
Result<std::string> read_checked(const std::string& path, std::string_view sha256);

// A folder of its own beside `folder`, that takes its name once; gone with its files where it did
// not. Two live attempts of one thing do happen: the first to be done wins.
class Attempt {
 public:
  // Problem{output_not_writable | disk_full}
  static Result<Attempt> begin(const std::string& folder);
  ~Attempt();
  Attempt(Attempt&& other) noexcept;
  Attempt& operator=(Attempt&&) = delete;

  const std::string& path() const { return path_; }
  // The disk has it.
  Status write(const std::string& name, std::string_view text) const;
  // False: another attempt has the name.
  Result<bool> publish();
  // It stays, for whoever goes on with it.
  void leave() { path_.clear(); }

 private:
  Attempt(std::string path, std::string folder);
  std::string path_;  // empty: nothing is to go
  std::string folder_;
};

}  // namespace dcmflow
