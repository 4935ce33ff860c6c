// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_VERSION_H_
#define CHIROGRAPH_SERVICE_VERSION_H_

#include <string_view>

namespace chirograph {

// The project's version in CMakeLists.txt, such as "0.1.0".
extern const std::string_view kSoftwareVersion;

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_VERSION_H_
