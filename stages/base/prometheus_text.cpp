#include "stages/base/prometheus_text.h"

#include <array>
#include <charconv>
#include <cmath>

namespace dcmflow {
namespace {

void append_escaped(std::string& text, std::string_view value, bool with_quotes) {
  for (const char c : value) {
    if (c == '\\')
      text += "\\\\";
    else if (c == '\n')
      text += "\\n";
    else if (c == '"' && with_quotes)
      text += "\\\"";
    else
      text += c;
  }
}

// The shortest text that is the same number again.
void append_number(std::string& text, double value) {
  if (std::isnan(value)) {
    text += "NaN";
    return;
  }
  if (std::isinf(value)) {
    text += value < 0 ? "-Inf" : "+Inf";
    return;
  }
  std::array<char, 400> digits;  // of the largest number, written in full
  const auto [end, error] =
      std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed);
  text.append(digits.data(), end);
}

void append_sample(std::string& text, const std::string& name, const MetricSample& sample) {
  text += name;
  char before = '{';
  for (const auto& [label, value] : sample.labels) {
    text += before;
    text.append(label).append("=\"");
    append_escaped(text, value, true);
    text += '"';
    before = ',';
  }
  if (!sample.labels.empty()) text += '}';
  text += ' ';
  append_number(text, sample.value);
  text += '\n';
}

}  // namespace

std::string prometheus_text(std::span<const Metric> metrics) {
  std::string text;
  for (const Metric& metric : metrics) {
    if (metric.samples.empty()) continue;
    text.append("# HELP ").append(metric.name).append(" ");
    append_escaped(text, metric.help, false);
    text.append("\n# TYPE ").append(metric.name);
    text += metric.type == Metric::Type::counter ? " counter\n" : " gauge\n";
    for (const auto& sample : metric.samples) append_sample(text, metric.name, sample);
  }
  return text;
}

}  // namespace dcmflow
