#pragma once
// Series of a few small files, one behind the other as files_fuzz.cpp reads them.

#include <functional>
#include <string>
#include <string_view>

#include "test-data/phantom.h"
#include "tests/fuzz/inputs.h"

namespace dcmflow::fuzz {

using Edit = std::function<void(unsigned slice, DicomBuilder& file)>;

// Of 6 × 5 pixels, with the geometry and modality of `like`.
Bytes series(std::string_view transfer_syntax, const Edit& edit = {}, unsigned slices = 3,
             const PhantomSeries& like = {});

// Sets the attribute of each slice.
Edit set_all(const std::string& keyword, const std::string& text);

}  // namespace dcmflow::fuzz
