// SPDX-License-Identifier: Apache-2.0
#include "service/archive_check.h"

#include <utility>

#include "service/internal/check_run.h"

namespace chirograph {

ArchiveCheck::ArchiveCheck(ArchiveToCheck archive, const ArchiveCheckOptions& options, const Clock& clock)
    : run_(std::make_unique<CheckRun>(std::move(archive), options, clock)) {}

ArchiveCheck::~ArchiveCheck() = default;

absl::StatusOr<v1::CheckArchiveResponse> ArchiveCheck::Next() { return run_->Next(); }

bool ArchiveCheck::is_done() const { return run_->is_done(); }

absl::Time ArchiveCheck::not_before() const { return run_->not_before(); }

absl::Duration ArchiveCheck::delay() const { return run_->delay(); }

}  // namespace chirograph
