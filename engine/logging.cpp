#include "engine/logging.h"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "stages/dicom/silence.h"

namespace dcmflow {
namespace {

constexpr std::size_t log_file_bytes = 10 << 20;
constexpr std::size_t log_files = 3;

}  // namespace

void start_logging(const Settings& settings) {
  silence_dcmtk();
  auto logger = std::make_shared<spdlog::logger>(
      "dcmflow", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
  logger->set_level(spdlog::level::from_str(settings.log_level));
  spdlog::set_default_logger(logger);
  if (!settings.logs.value) return;
  try {
    const auto path = *settings.logs.value + "/dcmflow.log";
    auto file =
        std::make_shared<spdlog::sinks::rotating_file_sink_mt>(path, log_file_bytes, log_files);
    file->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
    logger->sinks().push_back(std::move(file));
  } catch (const spdlog::spdlog_ex& error) {
    logger->warn("no log file: {}", error.what());
  }
}

}  // namespace dcmflow
