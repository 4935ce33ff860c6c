// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CRYPTO_INTERNAL_CONTEXT_POOL_H_
#define CHIROGRAPH_CRYPTO_INTERNAL_CONTEXT_POOL_H_

#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "crypto/mutex.h"

namespace chirograph::internal {

// Contexts that are dear to make and not thread-safe to use, such as an EVP_PKEY_CTX that is set up for
// one key. Holds as many as were ever in use at once. Thread-safe.
template <typename ContextPtr>
class ContextPool {
 public:
  // A context in the hands of one thread until this goes. The pool must outlive it.
  class Lease {
   public:
    Lease(ContextPool& pool, ContextPtr context) : pool_(pool), context_(std::move(context)) {}
    ~Lease() { pool_.Add(std::move(context_)); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    typename ContextPtr::pointer get() const { return context_.get(); }

   private:
    ContextPool& pool_;
    ContextPtr context_;
  };

  // The context that was used last, or what `make` (called without the lock) returns.
  template <typename Make>
  Lease Take(Make&& make) {
    ContextPtr context = TakeIdle();
    if (context == nullptr) context = make();
    return Lease(*this, std::move(context));
  }

  void Add(ContextPtr context) {
    const MutexLock lock(mutex_);
    idle_.push_back(std::move(context));
  }

 private:
  ContextPtr TakeIdle() {
    const MutexLock lock(mutex_);
    if (idle_.empty()) return nullptr;
    ContextPtr context = std::move(idle_.back());
    idle_.pop_back();
    return context;
  }

  Mutex mutex_;
  std::vector<ContextPtr> idle_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CRYPTO_INTERNAL_CONTEXT_POOL_H_
