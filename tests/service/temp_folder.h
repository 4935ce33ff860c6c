// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_TESTS_SERVICE_TEMP_FOLDER_H_
#define CHIROGRAPH_TESTS_SERVICE_TEMP_FOLDER_H_

#include <stdlib.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "gtest/gtest.h"

namespace chirograph {

// An empty folder for one test, removed after it.
class TempFolder {
 public:
  TempFolder() : path_(testing::TempDir() + "/chirograph.XXXXXX") {
    if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error("mkdtemp " + path_);
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_SERVICE_TEMP_FOLDER_H_
