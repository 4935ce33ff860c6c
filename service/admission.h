// SPDX-License-Identifier: Apache-2.0
//
// What happens to a submission before it reaches the sequencer: parse, limits, canonical form, secured
// field, policy. No lock, no store, no order: any number of threads at once.
#ifndef CHIROGRAPH_SERVICE_ADMISSION_H_
#define CHIROGRAPH_SERVICE_ADMISSION_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "chirograph/v1/article.pb.h"
#include "chirograph/v1/verification.pb.h"
#include "crypto/keyring.h"
#include "crypto/secured_field.h"
#include "service/log_store.h"
#include "service/policy.h"

namespace chirograph {

// An Article, or a source document byte for byte: of a request, which outlives this. Not copied before it is
// known to keep to the limits: a message of a few bytes on the wire can be large in memory.
using Submission = std::variant<const v1::Article*, const std::string*>;

// A submission that was read and whose secured field was checked; it must outlive this.
struct CheckedSubmission {
  const v1::Article* article = nullptr;          // the submission's, or `read`; never null
  const std::string* source_document = nullptr;  // the submission's; null where it is a message
  std::shared_ptr<const v1::Article> read;       // of source_document
  std::string canonical_form;
  SubmissionId id;
  SecuredVerification verification;  // its key points into the Admission's keyring
  v1::VerificationResult result;     // the same as a message, with what policy does
};

// A submission that is ready for the log.
struct PreparedArticle {
  SubmissionId id;
  std::string opening;                // exact bytes
  std::string content;                // exact bytes
  const PublisherKey* key = nullptr;  // that verified; null where none did; points into the keyring
  v1::VerificationResult result;
};

// Thread-safe.
class Admission {
 public:
  Admission(Keyring keyring, Policy policy) : keyring_(std::move(keyring)), policy_(std::move(policy)) {}

  // Reads `submission` and judges its secured field at `at`. Whatever the verdict, the answer is OK.
  // Errors (with their ErrorReason): DOCUMENT_UNREADABLE, ARTICLE_NOT_CANONICAL, ARTICLE_TOO_LARGE.
  absl::StatusOr<CheckedSubmission> Check(const Submission& submission, absl::Time at) const;
  absl::StatusOr<CheckedSubmission> Check(const v1::Article& article, absl::Time at) const;
  absl::StatusOr<CheckedSubmission> Check(const std::string& source_document, absl::Time at) const;
  // What is gone at the end of the statement does not outlive the result.
  void Check(const v1::Article&& article, absl::Time at) const = delete;
  void Check(const std::string&& source_document, absl::Time at) const = delete;

  // Makes Content and Opening, with fresh salt. Does not ask policy. INTERNAL: no entropy.
  absl::StatusOr<PreparedArticle> Prepare(CheckedSubmission checked) const;

  const Keyring& keyring() const { return keyring_; }
  const Policy& policy() const { return policy_; }

 private:
  // Fills in what follows from the article and its canonical form.
  void Judge(CheckedSubmission& checked, absl::Time at) const;

  Keyring keyring_;
  Policy policy_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_ADMISSION_H_
