// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_STORE_ERROR_H_
#define CHIROGRAPH_SERVICE_STORE_ERROR_H_

#include "absl/status/status.h"

namespace chirograph {

// What a client is told of an error of LogStore while reading what must be there: NotFound and DataLoss
// become STORE_DAMAGED, Unavailable STORE_UNAVAILABLE. A status that has an ErrorReason is returned as it is;
// any other is returned unchanged too, and becomes INTERNAL at the edge.
absl::Status FromStoreError(const absl::Status& status);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_STORE_ERROR_H_
