#pragma once
// The files that plan, shards and merge share in a work folder. Each is in a folder that got its
// name when it was whole: WORK/plan (plan.json, found, K.headers), and for each shard WORK/shards/K
// (manifest.json, records, images/). No host, time or attempt is in them that outputs could show.
// For one thread.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "stages/base/result.h"

namespace dcmflow {

struct ShardPlan {
  std::string id;       // SHA-256 of plan.json; not written in it
  std::string outputs;  // see outputs_fingerprint()
  std::string input;
  std::vector<std::string> options;  // of the conversion
  std::string found_sha256;
  std::vector<std::string> headers_sha256;  // one a shard
};

std::string plan_folder(const std::string& work);
std::string shard_folder(const std::string& work, std::size_t shard);

// Problem{no_input}: there is none; {catalogue_failed}: it is damaged.
Result<ShardPlan> read_shard_plan(const std::string& work);
std::string shard_plan_text(const ShardPlan& plan);

// What a shard tells when it is done.
struct ShardManifest {
  std::string plan_id;
  std::string records_sha256;
};
Result<ShardManifest> read_manifest(const std::string& work, std::size_t shard);
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

 private:
  Attempt(std::string path, std::string folder);
  std::string path_;  // empty: nothing is to go
  std::string folder_;
};

}  // namespace dcmflow
