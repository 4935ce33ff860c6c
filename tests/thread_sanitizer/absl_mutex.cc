// SPDX-License-Identifier: Apache-2.0
//
// Tells ThreadSanitizer what absl::Mutex orders. It is part of each program that is built for it, and of no
// other.
//
// gRPC hands its calls from thread to thread under absl::Mutex. Debian's is not instrumented and waits on
// futexes, so that ThreadSanitizer takes what gRPC orders for races, from the first callback of a call to the
// end of the server. A program's own symbols go before a library's: so what follows stands before Debian's
// functions, for gRPC too, and calls them.
#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "absl/synchronization/mutex.h"

#define CHIROGRAPH_STRING_OF(name) #name
#define CHIROGRAPH_STRING(name) CHIROGRAPH_STRING_OF(name)

namespace {

// Debian's function of this (mangled) signature, in the inline namespace of its version.
template <typename Function>
Function Debian(std::string_view signature) {
  const std::string_view inline_namespace = CHIROGRAPH_STRING(ABSL_OPTION_INLINE_NAMESPACE_NAME);
  std::string symbol = "_ZN4absl" + std::to_string(inline_namespace.size());
  symbol.append(inline_namespace).append(signature);
  void* const found = dlsym(RTLD_NEXT, symbol.c_str());
  if (found == nullptr) {
    std::fprintf(stderr, "absl_mutex.cc: no library has %s\n", symbol.c_str());
    std::abort();
  }
  return reinterpret_cast<Function>(found);
}

// What a wait does to the mutex that it lets go and takes again.
class Wait {
 public:
  explicit Wait(absl::Mutex* mutex) : mutex_(mutex) { __tsan_release(mutex_); }
  ~Wait() { __tsan_acquire(mutex_); }
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;

 private:
  absl::Mutex* mutex_;
};

}  // namespace

namespace absl {
ABSL_NAMESPACE_BEGIN

void Mutex::Lock() {
  static auto* const lock = Debian<void (*)(Mutex*)>("5Mutex4LockEv");
  lock(this);
  __tsan_acquire(this);
}

bool Mutex::TryLock() {
  static auto* const try_lock = Debian<bool (*)(Mutex*)>("5Mutex7TryLockEv");
  const bool locked = try_lock(this);
  if (locked) __tsan_acquire(this);
  return locked;
}

void Mutex::Unlock() {
  static auto* const unlock = Debian<void (*)(Mutex*)>("5Mutex6UnlockEv");
  __tsan_release(this);
  unlock(this);
}

void Mutex::ReaderLock() {
  static auto* const lock = Debian<void (*)(Mutex*)>("5Mutex10ReaderLockEv");
  lock(this);
  __tsan_acquire(this);
}

void Mutex::ReaderUnlock() {
  static auto* const unlock = Debian<void (*)(Mutex*)>("5Mutex12ReaderUnlockEv");
  __tsan_release(this);
  unlock(this);
}

void CondVar::Wait(Mutex* mutex) {
  static auto* const wait = Debian<void (*)(CondVar*, Mutex*)>("7CondVar4WaitEPNS0_5MutexE");
  const ::Wait order(mutex);
  wait(this, mutex);
}

bool CondVar::WaitWithTimeout(Mutex* mutex, Duration timeout) {
  static auto* const wait =
      Debian<bool (*)(CondVar*, Mutex*, Duration)>("7CondVar15WaitWithTimeoutEPNS0_5MutexENS0_8DurationE");
  const ::Wait order(mutex);
  return wait(this, mutex, timeout);
}

bool CondVar::WaitWithDeadline(Mutex* mutex, Time deadline) {
  static auto* const wait =
      Debian<bool (*)(CondVar*, Mutex*, Time)>("7CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE");
  const ::Wait order(mutex);
  return wait(this, mutex, deadline);
}

ABSL_NAMESPACE_END
}  // namespace absl
