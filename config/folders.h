#pragma once
// Where the input, output and log folders are: argument, then environment, then the default places.
// As thread-safe as the Environment.

#include <string>

#include "config/settings.h"

namespace dcmflow {

// `root` goes before the default places, so that tests have some.

// Problem{no_input}: the named input does not exist, or none is named and no default place exists.
Result<Sourced<std::string>> find_input(const std::optional<std::string>& argument,
                                        const Environment& environment,
                                        const std::string& root = "");

// A named folder need not exist. Problem{bad_settings}: none is named and no default place exists.
Result<Sourced<std::string>> find_output(const std::optional<std::string>& argument,
                                         const Environment& environment,
                                         const std::string& root = "");

// The log folder is never an error: nullopt with the source "none".
Sourced<std::optional<std::string>> find_logs(const std::optional<std::string>& option,
                                              const Environment& environment,
                                              const std::string& root = "");

// Whether a folder lies there.
bool is_folder(const std::string& path);

// Whether both exist and are the same folder or file, under whatever names.
bool is_same_place(const std::string& one, const std::string& other);

}  // namespace dcmflow
