#pragma once
// Metrics in the text format that Prometheus reads (its exposition format 0.0.4). Pure;
// thread-safe; no Problems.

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dcmflow {

struct MetricSample {
  std::vector<std::pair<std::string, std::string>> labels;  // values may be any text
  double value = 0;
};

struct Metric {
  std::string name;  // letters, digits and '_'
  std::string help;  // one line
  enum class Type { counter, gauge } type = Type::gauge;
  std::vector<MetricSample> samples;  // none: the metric is left out
};

std::string prometheus_text(std::span<const Metric> metrics);

}  // namespace dcmflow
