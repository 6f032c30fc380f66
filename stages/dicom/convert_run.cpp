#include "stages/dicom/convert_run.h"

#include <iconv.h>

#include <functional>
#include <map>

namespace dcmflow {
namespace {

// A conversion to UTF-8, opened once for each thread; iconv has no shared state.
iconv_t converter(std::string_view from) {
  struct Converters {
    std::map<std::string, iconv_t, std::less<>> open;
    ~Converters() {
      for (const auto& [name, conversion] : open) iconv_close(conversion);
    }
  };
  thread_local Converters converters;
  const auto known = converters.open.find(from);
  if (known != converters.open.end()) return known->second;
  return converters.open.emplace(from, iconv_open("UTF-8", from.data())).first->second;
}

bool is_open(iconv_t conversion) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): POSIX says so
  return conversion != reinterpret_cast<iconv_t>(-1);
}

}  // namespace

bool has_converter(const CodedSet& set) { return is_open(converter(set.iconv_name)); }

bool append_converted(std::string_view run, const CodedSet& set, std::string& utf8) {
  std::string input;
  for (std::size_t i = 0; i < run.size(); ++i) {
    if (set.form == RunForm::lifted_behind_ss3 && i % 2 == 0) input += '\x8F';
    input += static_cast<char>(set.form == RunForm::as_is ? run[i] : run[i] | 0x80);
  }
  const auto conversion = converter(set.iconv_name);
  if (!is_open(conversion)) return false;
  iconv(conversion, nullptr, nullptr, nullptr, nullptr);
  std::string output(input.size() * 4, '\0');
  auto* in = input.data();
  auto* out = output.data();
  auto in_left = input.size();
  auto out_left = output.size();
  // The second call gives what waits for a character to combine with (Vietnamese).
  constexpr auto failed = static_cast<std::size_t>(-1);
  if (iconv(conversion, &in, &in_left, &out, &out_left) == failed || in_left > 0 ||
      iconv(conversion, nullptr, nullptr, &out, &out_left) == failed)
    return false;
  utf8.append(output, 0, output.size() - out_left);
  return true;
}

}  // namespace dcmflow
