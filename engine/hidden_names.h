#pragma once
// File names that no log may say, since --name makes them of what headers say of the patient. One
// set for the process, as the log is; thread-safe. No Problems.

#include <map>
#include <string>
#include <string_view>

namespace dcmflow {

// From now on a log says the second in place of the first, wherever that stands as a whole path
// component; in place of what was hidden before.
void hide_names(std::map<std::string, std::string, std::less<>> names);

// What a log may say of `text`.
std::string without_hidden_names(std::string_view text);

}  // namespace dcmflow
