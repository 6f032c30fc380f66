#pragma once
// Whether a file is an archive, and what reads it. Thread-safe.

#include <memory>
#include <string>

#include "stages/archives/archive_reader.h"
#include "stages/dicom/open_file.h"

namespace dcmflow {

// By its first bytes and, of a zip that begins with a program and of an old tar, by the end of its
// name; false where nobody can read it.
bool looks_like_archive(const std::string& path);

// Of a file that looks like one; null: it is none. Problem{unreadable}: dcmflow-archives.so is
// missing. REQUIRES: `opened` stays open.
Result<std::unique_ptr<ArchiveReader>> begin_archive(const OpenFile& opened, const File& archive,
                                                     const ArchiveLimits& limits);

}  // namespace dcmflow
