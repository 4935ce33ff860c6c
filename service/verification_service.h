// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_VERIFICATION_SERVICE_H_
#define CHIROGRAPH_SERVICE_VERIFICATION_SERVICE_H_

#include <grpcpp/impl/codegen/service_type.h>

#include <memory>

#include "service/archive.h"

namespace chirograph {

// chirograph.v1.VerificationService on `archive`, whose parts must outlive it.
std::unique_ptr<grpc::Service> NewVerificationService(const Archive& archive);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_VERIFICATION_SERVICE_H_
