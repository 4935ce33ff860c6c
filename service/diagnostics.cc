// SPDX-License-Identifier: Apache-2.0
#include "service/diagnostics.h"

#include <fmt/format.h>
#include <grpc/support/log.h>
#include <spdlog/formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "absl/time/time.h"

namespace chirograph {
namespace {

class JsonFormatter final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    nlohmann::ordered_json line;
    line["time"] =
        absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", absl::FromChrono(message.time), absl::UTCTimeZone());
    line["level"] = std::string(spdlog::level::to_string_view(message.level).data());
    line["message"] = std::string(message.payload.data(), message.payload.size());
    // Messages may quote what a stranger sent: what is not UTF-8 must not stop the line.
    const std::string text = line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    out.append(text.data(), text.data() + text.size());
  }

  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<JsonFormatter>(); }
};

// One line for a person.
class TextFormatter final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    std::string line = fmt::format(
        "{} {:<8} ",
        absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::FromChrono(message.time), absl::UTCTimeZone()),
        spdlog::level::to_string_view(message.level).data());
    line += EscapeControls({message.payload.data(), message.payload.size()});
    line += '\n';
    out.append(line.data(), line.data() + line.size());
  }

  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<TextFormatter>(); }
};

// gRPC's own complaints, such as a failed handshake, go the same way as ours.
void LogFromGrpc(gpr_log_func_args* log) {
  const auto level = log->severity == GPR_LOG_SEVERITY_ERROR  ? spdlog::level::warn
                     : log->severity == GPR_LOG_SEVERITY_INFO ? spdlog::level::info
                                                              : spdlog::level::debug;
  spdlog::log(level, "gRPC: {}", log->message);
}

}  // namespace

std::string EscapeControls(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      escaped += fmt::format("\\x{:02x}", byte);
    } else {
      escaped += c;
    }
  }
  return escaped;
}

void StartDiagnostics(DiagnosticsFormat format, const std::string& level) {
  auto logger =
      std::make_shared<spdlog::logger>("chirographd", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  if (format == DiagnosticsFormat::kJson) {
    logger->set_formatter(std::make_unique<JsonFormatter>());
  } else {
    logger->set_formatter(std::make_unique<TextFormatter>());
  }
  logger->set_level(spdlog::level::from_str(level));
  logger->flush_on(spdlog::level::trace);
  spdlog::set_default_logger(std::move(logger));
  gpr_set_log_function(LogFromGrpc);
}

}  // namespace chirograph
