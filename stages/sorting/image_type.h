#pragma once
// The words of Image Type (PS3.3 C.7.6.1.1.2): which quantity an image shows, and what else it says
// of itself. Pure; no Problems.

#include <string>
#include <string_view>
#include <vector>

#include "stages/dicom_types.h"

namespace dcmflow {

// Its values without padding; one that is empty when it is absent.
std::vector<std::string_view> image_type(const Frame& frame);

// Magnitude, phase, real or imaginary (PS3.3 C.8.13.3.1.1), and what is no other contrast but
// another quantity: fat and water, maps. By Complex Image Component, the words that scanners use,
// and the vendor's private attributes; "magnitude" unless something says otherwise.
std::string image_component(const Frame& frame);

// From the third value on, those that are no filter of the reconstruction: sorted, separated by
// '\'.
std::string image_words(const Frame& frame);

// The first of `words` that is not in `others`, as a part of a file name; "" when there is none.
std::string own_word(std::string_view words, std::string_view others);

}  // namespace dcmflow
