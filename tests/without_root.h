// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_TESTS_WITHOUT_ROOT_H_
#define CHIROGRAPH_TESTS_WITHOUT_ROOT_H_

#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace chirograph {

// While this lives, the calling thread may read and write only what modes allow it, also where it is root's.
class WithoutRoot {
 public:
  WithoutRoot() {
    EXPECT_EQ(syscall(SYS_capget, &header_, before_), 0);
    __user_cap_data_struct without[2] = {before_[0], before_[1]};
    without[0].effective &= ~(1U << CAP_DAC_OVERRIDE | 1U << CAP_DAC_READ_SEARCH);
    EXPECT_EQ(syscall(SYS_capset, &header_, without), 0);
  }
  ~WithoutRoot() { EXPECT_EQ(syscall(SYS_capset, &header_, before_), 0); }
  WithoutRoot(const WithoutRoot&) = delete;
  WithoutRoot& operator=(const WithoutRoot&) = delete;

 private:
  __user_cap_header_struct header_ = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct before_[2] = {};
};

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_WITHOUT_ROOT_H_
