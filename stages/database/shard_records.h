#pragma once
// What the shards of a run hand each other: headers and names from the plan to a shard, images from
// a shard to the merge, as records that tell their own damage.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stages/database/side_file.h"
#include "stages/database/stored_headers.h"
#include "stages/database/stored_image.h"

namespace dcmflow {

// An image that a shard is to make.
struct ShardImage {
  std::string stem;        // its name, without extension: unique in the whole run
  bool is_chosen = false;  // else --images selected leaves it out
};

// How much a series has to tell, before it is loaded.
struct SeriesSize {
  std::uint64_t instances = 0;
  std::uint64_t name_bytes = 0;  // of the names of their files
};

// What a walk through the input found, but for its series.
struct FoundFiles {
  std::uint64_t files = 0;      // all, those of series too
  std::uint64_t began_ns = 0;   // when the walk began, since 1970
  std::string fingerprint;      // see FilesFingerprint
  std::vector<FilePtr> others;  // of no series; sorted by name
  std::vector<Problem> problems;
  std::vector<Problem> naming;  // what the plan told of series when it named their images
};

// How much all series have to tell.
struct AllSeries {
  std::size_t series = 0;
  std::size_t images = 0;
  std::uint64_t stem_bytes = 0;  // of the names of images
  SeriesSize size;
};

// Headers in place of an input folder.
struct GivenInput {
  std::vector<InstancePtr> instances;
  FrameDigests digests;
  std::vector<std::vector<ShardImage>> images;  // a row a series, sorted as in the plan
  AllSeries all;                                // those too whose rows are not there
  std::size_t planned_images = 0;               // of the whole run: the chosen ones
  FoundFiles found;
};

// An image that a shard tried to make.
struct TriedImage {
  const ImageFile* file = nullptr;      // null: see problem
  const Problem* problem = nullptr;     // why there is none
  std::span<const Problem> unreadable;  // its files whose pixels cannot be read
  std::string stem;
  std::string made_of;   // see image_fingerprint()
  OverviewPtr overview;  // null where no pictures were taken
};

// All pure. What loads has Problem{catalogue_failed} (subject left empty): these are other bytes.
// `headers`: of store_headers(); `images`: in the order of the stacks of the series.
std::string store_planned_series(std::string_view headers, std::span<const ShardImage> images,
                                 SeriesSize size);
// Adds the images and the size to `input`, and gives the headers, in the bytes.
Result<std::string_view> load_planned_images(std::string_view bytes, GivenInput& input);
// Adds instances and digests to `input`. REQUIRES: see load_headers().
Status load_planned_headers(std::string_view headers,
                            const std::shared_ptr<const std::string>& root,
                            const AttributeTable& table, HeaderInterner& interner,
                            GivenInput& input);
std::string store_found_files(const FoundFiles& found);
Result<FoundFiles> load_found_files(std::span<const std::uint8_t> bytes,
                                    const std::shared_ptr<const std::string>& root);
// `sidecars`: beside the images, each whole.
std::string store_images(std::span<const TriedImage> images, std::span<const SideFile> sidecars);

// Of what store_images() gave, each image and sidecar alone, as that would give it, behind the stem
// of its image.
Result<std::vector<std::pair<std::string, std::string>>> split_images(
    std::span<const std::uint8_t> bytes);

// Images of shards, and what lies beside them. Thread-safe to read.
class MadeImages {
 public:
  struct Row {
    std::optional<StoredImage> image;
    Problem problem;  // where there is none
    std::vector<Problem> unreadable;
    std::string folder;  // where its files lie
  };
  struct Sidecar {
    SideFile file;
    std::string folder;  // where it lies
  };
  Status load(std::span<const std::uint8_t> bytes, const std::string& folder);
  // Nullptr: no shard tried.
  const Row* find(const std::string& stem, const std::string& made_of) const;
  // Whether a shard tried an image of this name, of whatever files.
  bool has_tried(const std::string& stem) const;
  // Those that have files.
  std::vector<const Row*> images() const;
  // Nullptr: there is none that is made of this.
  const Sidecar* find_sidecar(const std::string& name, const std::string& made_of) const;
  const std::map<std::string, Sidecar>& sidecars() const { return sidecars_; }

 private:
  std::map<std::pair<std::string, std::string>, Row> rows_;  // by stem and made_of
  std::map<std::string, Sidecar> sidecars_;                  // by name
};

// The path of a file of the image that is not as it was written, by size and time, and by SHA-256
// where the record has one; empty: all are. REQUIRES: row.image. Thread-safe.
std::string find_changed(const MadeImages::Row& row);
// The same of a sidecar.
std::string find_changed(const MadeImages::Sidecar& sidecar);

}  // namespace dcmflow
