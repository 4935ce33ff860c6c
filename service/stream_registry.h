// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_STREAM_REGISTRY_H_
#define CHIROGRAPH_SERVICE_STREAM_REGISTRY_H_

#include <cstddef>
#include <map>
#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "crypto/mutex.h"

namespace chirograph {

// A call that lasts for as long as its client likes.
class LastingStream {
 public:
  virtual ~LastingStream() = default;
  // Ends it as soon as what it took is answered. Thread-safe, idempotent, does not block.
  virtual void Stop() = 0;
};

// The lasting streams of a server: how many there may be, and how to end them when it stops. Thread-safe.
class StreamRegistry {
 public:
  // `too_many` follows the number of those that are open, in what one more is told.
  explicit StreamRegistry(std::size_t max_streams, std::string_view too_many = kTooManyStreams)
      : max_streams_(max_streams), too_many_(too_many) {}
  // After the last Remove has returned, of which nobody may know but the thread that called it.
  ~StreamRegistry() ABSL_LOCKS_EXCLUDED(mutex_);
  StreamRegistry(const StreamRegistry&) = delete;
  StreamRegistry& operator=(const StreamRegistry&) = delete;

  // Errors, with their ErrorReason: TOO_MANY_STREAMS, with a retry delay; SHUTTING_DOWN after StopAll.
  absl::Status Add(const std::shared_ptr<LastingStream>& stream) ABSL_LOCKS_EXCLUDED(mutex_);
  // Nothing where it was not added.
  void Remove(const LastingStream* stream) ABSL_LOCKS_EXCLUDED(mutex_);
  // Stops all, and lets none begin any more.
  void StopAll() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  static constexpr std::string_view kTooManyStreams =
      "streams are open already, which is all that the server holds at a time; try again later, or send "
      "single "
      "articles";

  const std::size_t max_streams_;
  const std::string_view too_many_;
  Mutex mutex_;
  std::map<const LastingStream*, std::weak_ptr<LastingStream>> streams_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_STREAM_REGISTRY_H_
