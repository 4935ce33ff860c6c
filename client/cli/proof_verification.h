// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_CLI_PROOF_VERIFICATION_H_
#define CHIROGRAPH_CLIENT_CLI_PROOF_VERIFICATION_H_

#include <optional>
#include <string>
#include <variant>

#include "chirograph/v1/article.pb.h"
#include "client/answer.h"
#include "client/cli/command.h"
#include "client/cli/exit_code.h"
#include "client/cli/input_document.h"
#include "client/receipt_report.h"

namespace chirograph {

// A .tlog-proof that was checked: the answer may still be no.
struct ProofVerification {
  ReceiptReport report;
  std::optional<v1::Article> article;          // where one was given
  std::optional<std::string> source_document;  // where one was given, and it is the archived one
  // The document that was given is another than the archived one; whether the article is the same, the
  // report says.
  bool other_bytes = false;
  bool has_keyring = false;
  bool has_publishers_keys = false;  // the keyring has keys of the article's publisher

  // Whether the proof holds, and the publisher's signature is VALID as far as the keyring can tell.
  bool holds() const;
};

// What stood in the way.
struct ProofNotRead {
  std::string path;  // empty: it is not about a file
  InputError error;
  ExitCode code = ExitCode::kCouldNot;  // kUsage: no key to check it by, or no such keyring
};

// A Failure is an ALARM, for the proof's checkpoint contradicts the one that is trusted, or it is about the
// client's state, which could not be read.
using ProofVerificationResult = std::variant<ProofVerification, ProofNotRead, Failure>;

// Checks the receipt in the file at `proof_path`, and that it is that of the document at `article_path`
// (empty: none). The log's key is --log-key, or the one that the state trusts for the proof's origin.
ProofVerificationResult VerifyProofFile(const std::string& proof_path, const std::string& article_path,
                                        CommandContext& context);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_PROOF_VERIFICATION_H_
