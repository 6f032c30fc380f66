#include "engine/hidden_names.h"

#include <algorithm>
#include <utility>

#include "stages/base/mutex.h"

namespace dcmflow {
namespace {

using Names = std::map<std::string, std::string, std::less<>>;

struct Hidden {
  Mutex mutex;
  Names names GUARDED_BY(mutex);
};
Hidden& hidden() {
  static Hidden of_process;
  return of_process;
}

// The longest name that `text` begins with. It is no greater than the text; what stands between the
// two has a beginning in common with the text.
Names::const_iterator find_at(const Names& names, std::string_view text) {
  for (;;) {
    auto at = names.upper_bound(text);
    if (at == names.begin()) return names.end();
    --at;
    if (text.starts_with(at->first)) return at;
    const auto common = std::ranges::mismatch(text, at->first).in1 - text.begin();
    if (common == 0) return names.end();
    text = text.substr(0, static_cast<std::size_t>(common));
  }
}

}  // namespace

void hide_names(Names names) {
  auto& of_process = hidden();
  const Lock lock(of_process.mutex);
  of_process.names = std::move(names);
}

std::string without_hidden_names(std::string_view text) {
  auto& of_process = hidden();
  const Lock lock(of_process.mutex);
  const Names& names = of_process.names;
  if (names.empty()) return std::string(text);
  std::string told;
  for (std::size_t i = 0; i < text.size();) {
    const bool may_begin =
        i == 0 || std::string_view("/ '\"(=").find(text[i - 1]) != std::string_view::npos;
    const auto found = may_begin ? find_at(names, text.substr(i)) : names.end();
    if (found == names.end()) {
      told += text[i++];
    } else {
      told += found->second;
      i += found->first.size();
    }
  }
  return told;
}

}  // namespace dcmflow
