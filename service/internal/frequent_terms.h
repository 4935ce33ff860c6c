// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_INTERNAL_FREQUENT_TERMS_H_
#define CHIROGRAPH_SERVICE_INTERNAL_FREQUENT_TERMS_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>

#include "absl/base/thread_annotations.h"
#include "crypto/mutex.h"

namespace chirograph {

// Terms that were found to have many articles, so that not each page of a list counts them again. What is
// there once stays, so this holds for ever. Thread-safe.
class FrequentTerms {
 public:
  // That the term has more than `count` articles below `end_index`.
  void Add(std::string_view term_tag, std::size_t count, std::uint64_t end_index)
      ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    if (terms_.size() >= kMaxTerms) terms_.clear();
    Known& known = terms_[std::string(term_tag)];
    // Of two things that are known, the one that says more of a longer list.
    if (count > known.count || (count == known.count && end_index < known.end_index)) {
      known = {count, end_index};
    }
  }
  // Whether that is known.
  bool Has(std::string_view term_tag, std::size_t count, std::uint64_t end_index) const
      ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    const auto found = terms_.find(std::string(term_tag));
    return found != terms_.end() && found->second.count >= count && found->second.end_index <= end_index;
  }

 private:
  static constexpr std::size_t kMaxTerms = 4096;
  struct Known {
    std::size_t count = 0;
    std::uint64_t end_index = std::numeric_limits<std::uint64_t>::max();
  };

  mutable Mutex mutex_;
  std::unordered_map<std::string, Known> terms_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_FREQUENT_TERMS_H_
