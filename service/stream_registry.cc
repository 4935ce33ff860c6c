// SPDX-License-Identifier: Apache-2.0
#include "service/stream_registry.h"

#include <fmt/format.h>

#include "absl/time/time.h"
#include "proto/rpc_error.h"

namespace chirograph {
namespace {

constexpr absl::Duration kTooManyStreamsRetryDelay = absl::Seconds(5);

}  // namespace

StreamRegistry::~StreamRegistry() {
  MutexLock lock(mutex_);
  streams_.clear();
}

absl::Status StreamRegistry::Add(const std::shared_ptr<LastingStream>& stream) {
  MutexLock lock(mutex_);
  if (stopping_) return MakeError(v1::ERROR_REASON_SHUTTING_DOWN, "the server is stopping");
  if (streams_.size() >= max_streams_) {
    return WithRetryDelay(
        MakeError(v1::ERROR_REASON_TOO_MANY_STREAMS, fmt::format("{} {}", streams_.size(), too_many_)),
        kTooManyStreamsRetryDelay);
  }
  streams_.emplace(stream.get(), stream);
  return absl::OkStatus();
}

void StreamRegistry::Remove(const LastingStream* stream) {
  MutexLock lock(mutex_);
  streams_.erase(stream);
}

void StreamRegistry::StopAll() {
  std::map<const LastingStream*, std::weak_ptr<LastingStream>> streams;
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    streams = streams_;
  }
  for (const auto& [key, weak] : streams) {
    if (const std::shared_ptr<LastingStream> stream = weak.lock()) stream->Stop();
  }
}

}  // namespace chirograph
