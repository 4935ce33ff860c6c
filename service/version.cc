// SPDX-License-Identifier: Apache-2.0
#include "service/version.h"

namespace chirograph {

const std::string_view kSoftwareVersion = CHIROGRAPH_VERSION;

}  // namespace chirograph
