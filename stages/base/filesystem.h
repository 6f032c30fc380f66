#pragma once
// Boost.Filesystem, the one library for paths and folders, and the home of its header. Names and
// types of files that nobody may race are a matter of open_inside.h and output_folder.h instead.

#include <boost/filesystem.hpp>

namespace dcmflow {

namespace fs = boost::filesystem;
using FileError = boost::system::error_code;

}  // namespace dcmflow
