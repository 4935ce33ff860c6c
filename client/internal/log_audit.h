// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_INTERNAL_LOG_AUDIT_H_
#define CHIROGRAPH_CLIENT_INTERNAL_LOG_AUDIT_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "client/answer.h"
#include "client/audit.h"
#include "client/audit_state.h"
#include "client/client_state.h"
#include "client/internal/entry_stream.h"
#include "client/internal/listed_article.h"
#include "client/internal/receipt_audit.h"
#include "client/internal/tree_audit.h"
#include "proto/log_check.h"

namespace chirograph::internal {

// One audit, as ArchiveClient::Audit. For one thread.
class LogAudit {
 public:
  // `services`, `options` and `callbacks` must outlive it. `now` is the time of the audit; `queries` asks the
  // log for proofs.
  LogAudit(const StreamServices& services, const AuditOptions& options, const AuditCallbacks& callbacks,
           absl::Time now, ProofQueries queries);

  // Goes on from `past` (an empty one: from the beginning) to `checkpoint`, which was judged.
  Answer<AuditSummary> Run(const TrustedCheckpoint& checkpoint, AuditState past);

 private:
  // Goes on from `past`. What is done of it is in summary_.
  std::optional<Failure> RunFrom(AuditState past);
  Answer<std::uint64_t> Fetch();
  Answer<StreamNext> Take(const v1::StreamEntriesResponse& entries);
  void Count(const CheckedEntry& checked);
  void Report(const v1::Finding& finding);
  // The same for one of a receipt, which the state has to remember beside what it has of entries.
  void ReportReceipt(const v1::Finding& finding);
  // Shows that what came so far is the signed tree's, and remembers it in the state's folder.
  std::optional<Failure> ProveAndSave();
  std::optional<Failure> Save();
  // Holds the log to the receipts of the state and of the options.
  std::optional<Failure> CheckReceipts();
  void AddReceipt(const std::string& name, const absl::StatusOr<v1::Receipt>& receipt);
  void ReportUnchecked(const std::string& name, const absl::Status& why);

  const StreamServices& services_;
  const AuditOptions& options_;
  const AuditCallbacks& callbacks_;
  const absl::Time now_;
  const ProofQueries queries_;
  AuditSummary summary_;
  std::optional<LogCheck> check_;
  std::optional<TreeAudit> tree_;
  ReceiptAudit receipts_;
  std::map<std::uint64_t, std::string> key_events_;
  std::vector<v1::Finding> kept_findings_;  // of this audit and of those before that stand
  bool proving_failed_ = false;             // after which the tree's findings are not all told
  AuditState saved_;                        // as of the last proof; as it is in the state's folder
};

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_LOG_AUDIT_H_
