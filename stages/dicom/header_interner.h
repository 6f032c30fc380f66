#pragma once
// Headers repeat from slice to slice: equal ones become one object, so that a million instances fit
// in memory. No Problems.

#include <array>
#include <memory>
#include <unordered_map>

#include "stages/base/mutex.h"
#include "stages/dicom_types.h"

namespace dcmflow {

// What a SharedHeader is made of: all its fields follow from this.
struct SharedHeaderSource {
  AttributeValues values;
  std::string transfer_syntax_uid;
  DatasetEncoding encoding;
  bool has_modality_lut = false;
  // Not 0: the layout is that of a tile of this size, whatever Rows and Columns say.
  std::uint16_t tile_rows = 0;
  std::uint16_t tile_columns = 0;
  std::uint32_t referenced_instances = 0;
  std::string made_study_uid;  // not empty: the values have no Study Instance UID
};

// Thread-safe.
class HeaderInterner {
 public:
  HeaderInterner();
  // The one object for this content; made when it is new.
  std::shared_ptr<const SharedHeader> intern(SharedHeaderSource&& source);
  // Objects that nobody has any more go; what comes later may be other objects.
  void forget();

 private:
  struct Last {
    std::uint64_t interner = 0;
    std::uint16_t tile_rows = 0;
    std::uint16_t tile_columns = 0;
    std::shared_ptr<const SharedHeader> header{};
  };
  std::shared_ptr<const SharedHeader> find_or_make(SharedHeaderSource&& source);

  std::uint64_t number_;  // no other interner of the process has it
  struct Shard {
    Mutex mutex;
    std::unordered_map<std::string, std::shared_ptr<const SharedHeader>> headers GUARDED_BY(mutex);
  };
  std::array<Shard, 16> shards_;
};

}  // namespace dcmflow
