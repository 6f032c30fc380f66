#pragma once
// The files and folders that a walk has seen, by device and inode number: 8 bytes a slot, at most
// three quarters full. No Problems.

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace dcmflow {

// Not thread-safe.
class InodeSet {
 public:
  // False when it was there already.
  bool insert(dev_t device, ino_t inode);

  // Bytes of the tables.
  std::size_t bytes() const;

 private:
  // Open addressing with linear probing; 0 marks a free slot, so the number 0 has a flag of its
  // own.
  struct Numbers {
    std::vector<std::uint64_t> slots;
    std::size_t used = 0;
    bool has_zero = false;

    bool insert(std::uint64_t number);
    void grow();
  };

  std::map<dev_t, Numbers> devices_;  // an archive lies on one or two
};

}  // namespace dcmflow
