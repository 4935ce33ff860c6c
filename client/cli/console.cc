// SPDX-License-Identifier: Apache-2.0
#include "client/cli/console.h"

#include "client/cli/text.h"
#include "fmt/format.h"
#include "nlohmann/json.hpp"

namespace chirograph {
namespace {

constexpr std::string_view kEraseLine = "\r\x1b[K";

bool IsDumb(const Host& host) { return host.Variable("TERM").value_or("dumb") == "dumb"; }

std::string_view CodeOf(Paint paint) {
  switch (paint) {
    case Paint::kGood:
      return "32";
    case Paint::kBad:
      return "31";
    case Paint::kDoubtful:
      return "33";
    case Paint::kFaint:
      return "2";
  }
  return "0";
}

}  // namespace

Console::Console(Host& host)
    : host_(host),
      is_terminal_(host.IsTerminal(Stream::kOutput)),
      colour_(host.IsTerminal(Stream::kOutput) && !IsDumb(host) && !host.Variable("NO_COLOR")),
      shows_progress_(host.IsTerminal(Stream::kError) && !IsDumb(host)) {}

void Console::Write(std::string_view bytes) { Emit(Stream::kOutput, bytes); }

void Console::WriteText(std::string_view text) {
  if (is_terminal_) {
    Emit(Stream::kOutput, EscapeLinesForTerminal(text));
  } else {
    Emit(Stream::kOutput, text);
  }
}

void Console::Line(std::string_view line) { Emit(Stream::kOutput, fmt::format("{}\n", line)); }

void Console::Json(const nlohmann::ordered_json& value) {
  Line(value.dump(-1, ' ', /*ensure_ascii=*/false, nlohmann::ordered_json::error_handler_t::replace));
}

void Console::Error(std::string_view message) {
  Emit(Stream::kError, fmt::format("chirograph: {}\n", EscapeForTerminal(message)));
}

void Console::Hint(std::string_view line) { Emit(Stream::kError, fmt::format("{}\n", line)); }

void Console::Prompt(std::string_view question) { Emit(Stream::kError, question); }

std::string Console::Painted(Paint paint, std::string_view text) const {
  if (!colour_) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", CodeOf(paint), text);
}

void Console::ShowProgress(std::string_view line) {
  if (!shows_progress_) return;
  MutexLock lock(mutex_);
  progress_ = line;
  DrawProgress();
}

void Console::EndProgress() {
  MutexLock lock(mutex_);
  EraseProgress();
  progress_.clear();
}

bool Console::is_open() {
  MutexLock lock(mutex_);
  return output_status_.ok();
}

ExitCode Console::Finish(ExitCode code) {
  EndProgress();
  absl::Status status;
  {
    MutexLock lock(mutex_);
    status = output_status_;
  }
  if (status.ok() || absl::IsCancelled(status)) return code;
  Error(fmt::format("the output cannot be written: {}", std::string(status.message())));
  return Worst(code, ExitCode::kCouldNot);
}

void Console::Emit(Stream stream, std::string_view bytes) {
  MutexLock lock(mutex_);
  EraseProgress();
  if (stream == Stream::kOutput) {
    if (output_status_.ok()) output_status_ = host_.Write(stream, bytes);
  } else {
    // There is nowhere left to report that standard error cannot be written.
    host_.Write(stream, bytes).IgnoreError();
  }
  DrawProgress();
}

void Console::EraseProgress() {
  if (!progress_.empty()) host_.Write(Stream::kError, kEraseLine).IgnoreError();
}

void Console::DrawProgress() {
  if (progress_.empty()) return;
  host_.Write(Stream::kError, fmt::format("{}{}", kEraseLine, progress_)).IgnoreError();
}

}  // namespace chirograph
