// SPDX-License-Identifier: Apache-2.0
#include "service/diagnostics.h"

#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>
#include <grpc/support/log.h>
#include <spdlog/formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "crypto/mutex.h"

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

struct KeptComplaints {
  Mutex mutex;
  bool keeping ABSL_GUARDED_BY(mutex) = false;
  std::string text ABSL_GUARDED_BY(mutex);
};

KeptComplaints& Kept() {
  // For ever: gRPC's threads may outlive main.
  static KeptComplaints& kept = *std::make_unique<KeptComplaints>().release();
  return kept;
}

// gRPC's own complaints, such as a failed handshake, go the same way as ours.
void LogFromGrpc(gpr_log_func_args* log) {
  const auto level = log->severity == GPR_LOG_SEVERITY_ERROR  ? spdlog::level::warn
                     : log->severity == GPR_LOG_SEVERITY_INFO ? spdlog::level::info
                                                              : spdlog::level::debug;
  {
    const MutexLock lock(Kept().mutex);
    if (Kept().keeping && log->severity == GPR_LOG_SEVERITY_ERROR) {
      Kept().text = log->message;
      return;
    }
  }
  spdlog::log(level, "gRPC: {}", log->message);
}

// Anybody can make it complain, by what he sends; he is answered why, and it is no fault of the server.
void LogFromProtobuf(google::protobuf::LogLevel /*level*/, const char* /*file*/, int /*line*/,
                     const std::string& message) {
  spdlog::debug("protobuf: {}", message);
}

}  // namespace

GrpcComplaints::GrpcComplaints() {
  const MutexLock lock(Kept().mutex);
  Kept().keeping = true;
  Kept().text.clear();
}

GrpcComplaints::~GrpcComplaints() {
  const MutexLock lock(Kept().mutex);
  Kept().keeping = false;
}

std::string GrpcComplaints::os_error() const {
  constexpr std::string_view kBegin = "os_error:\"";
  const MutexLock lock(Kept().mutex);
  const std::size_t begin = Kept().text.find(kBegin);
  if (begin == std::string::npos) return "";
  const std::size_t from = begin + kBegin.size();
  return Kept().text.substr(from, Kept().text.find('"', from) - from);
}

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
  google::protobuf::SetLogHandler(LogFromProtobuf);
}

}  // namespace chirograph
