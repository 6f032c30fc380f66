#pragma once
// The readers of image headers, one for each family of formats: the first bytes of a file (inflated
// where it is a gzip stream) → its grid in LPS, its voxel type and the file of its voxels. They
// read what dcmflow writes (metaimage.cpp, nifti.cpp, nrrd.cpp), little endian. Problem{malformed}
// (the subject is empty) with what was found and expected. Pure; thread-safe.

#include <string>

#include "stages/formats/read_image_header.h"

namespace dcmflow {

// read_metaimage.cpp: fields up to ElementDataFile; three axes, or four with volumes.
Result<ReadHeader> read_metaimage(const std::string& bytes);

// read_nifti.cpp: NIfTI-1 or -2, which sizeof_hdr tells; the grid is that of the sform.
Result<ReadHeader> read_nifti(const std::string& bytes);

// read_nrrd.cpp: fields up to the empty line; with or without a space.
Result<ReadHeader> read_nrrd(const std::string& bytes);

}  // namespace dcmflow
