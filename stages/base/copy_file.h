#pragma once
// Copies between any two file systems. That of Boost.Filesystem 1.74 ends with "Invalid
// cross-device link" between some two of them, where Linux from 5.19 on declines copy_file_range().

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "stages/base/result.h"

namespace dcmflow {

// Gives an open file from where it stands to its end to `to`, piece by piece; ends with the first
// Problem of that. Problem{output_not_writable}: it cannot be read; `name` says which.
Status copy_bytes(int from, const std::string& name,
                  const std::function<Status(std::span<const std::uint8_t>)>& to);

// Replaces the content of `to`, or makes it, with the permissions of `mode` that the umask leaves.
// Problem{output_not_writable}: with the name of the file that could not be read or written, and
// the system's words; `to` may hold a part. Thread-safe for different `to`.
Status copy_file(const std::string& from, const std::string& to, mode_t mode);

}  // namespace dcmflow
