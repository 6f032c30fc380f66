#pragma once
// Formats that ITK writes: another program turns a MetaImage into them.

#include <functional>
#include <optional>
#include <string>

#include "stages/base/result.h"

namespace dcmflow {

// dcmflow-convert in the folder of the running program; nullopt when it is not installed.
std::optional<std::string> converter_path();

// Makes the file `to` of the MetaImage `from`; both exist. The converter takes the whole volume
// into memory twice, beside the memory budget, and reads back what it wrote.
// Problem{output_not_writable} with the converter's words when it fails; {interrupted} when
// `is_stopped`, which is asked some times a second, said so, and it was killed. Thread-safe;
// returns when the converter has ended.
Status convert_image(
    const std::string& from, const std::string& to,
    const std::function<bool()>& is_stopped = [] { return false; });

}  // namespace dcmflow
