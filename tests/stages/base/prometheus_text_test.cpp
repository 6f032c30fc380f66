#include "stages/base/prometheus_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace dcmflow {
namespace {

TEST(PrometheusText, HasALineForHelpTypeAndEachSample) {
  const std::vector<Metric> metrics{{"runs_total", "How many.", Metric::Type::counter, {{{}, 3}}},
                                    {"files",
                                     "By reason.",
                                     Metric::Type::gauge,
                                     {{{{"reason", "a"}, {"kind", "b"}}, 1.5}, {{}, 0}}}};
  EXPECT_EQ(prometheus_text(metrics),
            "# HELP runs_total How many.\n"
            "# TYPE runs_total counter\n"
            "runs_total 3\n"
            "# HELP files By reason.\n"
            "# TYPE files gauge\n"
            "files{reason=\"a\",kind=\"b\"} 1.5\n"
            "files 0\n");
}

TEST(PrometheusText, LeavesOutAMetricWithoutSamples) {
  EXPECT_EQ(prometheus_text(std::vector<Metric>{{"x", "y", Metric::Type::gauge, {}}}), "");
}

TEST(PrometheusText, EscapesLabelsAndHelp) {
  const std::vector<Metric> metrics{
      {"x", "a\\b\nc\"", Metric::Type::gauge, {{{{"l", "a\\b\nc\""}}, 1}}}};
  EXPECT_EQ(prometheus_text(metrics),
            "# HELP x a\\\\b\\nc\"\n# TYPE x gauge\nx{l=\"a\\\\b\\nc\\\"\"} 1\n");
}

TEST(PrometheusText, WritesNumbersWholeAndShort) {
  using Limits = std::numeric_limits<double>;
  const std::vector<std::pair<double, std::string>> rows{{1795886259.404, "1795886259.404"},
                                                         {1e15, "1000000000000000"},
                                                         {-0.25, "-0.25"},
                                                         {Limits::infinity(), "+Inf"},
                                                         {-Limits::infinity(), "-Inf"},
                                                         {Limits::quiet_NaN(), "NaN"}};
  for (const auto& [value, text] : rows) {
    const auto all =
        prometheus_text(std::vector<Metric>{{"x", "y", Metric::Type::gauge, {{{}, value}}}});
    EXPECT_TRUE(all.ends_with("\nx " + text + "\n")) << all;
  }
}

}  // namespace
}  // namespace dcmflow
