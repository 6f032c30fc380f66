#include "engine/logging.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <string>
#include <string_view>

#include "engine/console_sink.h"
#include "engine/hidden_names.h"
#include "engine/outcome.h"
#include "stages/catalog/json_writer.h"
#include "stages/dicom/silence.h"

namespace dcmflow {
namespace {

constexpr std::size_t log_file_bytes = 10 << 20;
constexpr std::size_t log_files = 3;
constexpr const char* time_pattern = "%Y-%m-%dT%H:%M:%S.%e%z";

// {"time": …, "level": …, "message": …}
class JsonFormatter : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& to) override {
    const auto append = [&](std::string_view text) {
      to.append(text.data(), text.data() + text.size());
    };
    append("{\"time\": \"");
    time_.format(message, to);
    append("\", \"level\": \"");
    const auto level = spdlog::level::to_string_view(message.level);
    append({level.data(), level.size()});
    append("\", \"message\": ");
    append(json_text({message.payload.data(), message.payload.size()}));
    append("}\n");
  }
  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<JsonFormatter>();
  }

 private:
  spdlog::pattern_formatter time_{time_pattern, spdlog::pattern_time_type::local, ""};
};

// Whatever is logged, by whom and where to: no name that tells of the patient.
class Logger : public spdlog::logger {
 public:
  using spdlog::logger::logger;

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const auto text = without_hidden_names({message.payload.data(), message.payload.size()});
    auto told = message;
    told.payload = text;
    spdlog::logger::sink_it_(told);
  }
};

void set_format(spdlog::sinks::sink& sink, LogFormat format, const char* level_and_text) {
  if (format == LogFormat::json)
    sink.set_formatter(std::make_unique<JsonFormatter>());
  else
    sink.set_pattern(std::string(time_pattern) + level_and_text);
}

}  // namespace

void start_logging(const Settings& settings) {
  silence_dcmtk();
  const auto& console = settings.console;
  auto logger = std::make_shared<Logger>("dcmflow", std::make_shared<ConsoleSink>(console));
  if (!console.tells_info) logger->sinks().front()->set_level(spdlog::level::warn);
  set_format(*logger->sinks().front(), settings.log_format, " %^%l%$ %v");
  logger->set_level(spdlog::level::from_str(settings.log_level));
  spdlog::set_default_logger(logger);
  if (!settings.logs.value) return;
  try {
    const auto path = *settings.logs.value + "/dcmflow.log";
    auto file =
        std::make_shared<spdlog::sinks::rotating_file_sink_mt>(path, log_file_bytes, log_files);
    set_format(*file, settings.log_format, " %l %v");
    logger->sinks().push_back(std::move(file));
  } catch (const spdlog::spdlog_ex& error) {
    logger->warn("no log file: {}", error.what());
  }
}

void log_settings(const Settings& settings) {
  auto& console = *spdlog::default_logger()->sinks().front();
  const auto level = console.level();
  if (!settings.console.tells_settings) console.set_level(spdlog::level::off);
  for (const auto& line : describe(settings)) spdlog::info("{}", line);
  console.set_level(level);
}

int give_up(const Problem& problem) {
  if (problem.subject.empty())
    spdlog::error("{}", problem.detail);
  else
    spdlog::error("{}: {}", problem.subject, problem.detail);
  return exit_code(problem.reason);
}

}  // namespace dcmflow
