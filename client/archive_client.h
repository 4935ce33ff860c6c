// SPDX-License-Identifier: Apache-2.0
//
// The connection to one archive. It returns nothing that was not checked.
#ifndef CHIROGRAPH_CLIENT_ARCHIVE_CLIENT_H_
#define CHIROGRAPH_CLIENT_ARCHIVE_CLIENT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "chirograph/v1/archive_service.pb.h"
#include "chirograph/v1/log_service.pb.h"
#include "chirograph/v1/verification_service.pb.h"
#include "client/answer.h"
#include "client/checkpoint_tracker.h"
#include "client/client_state.h"
#include "client/receipt_check.h"
#include "crypto/keyring.h"
#include "crypto/note.h"

namespace chirograph {

// A log that nobody has decided to trust yet, as its server describes it.
struct FirstContact {
  std::string server;
  std::string origin;
  std::string verifier_key;
};

struct ClientOptions {
  // "HOST:PORT".
  std::string server;
  bool use_tls = false;
  // PEM file of the authorities to trust for TLS. Empty: the system's.
  std::string tls_ca_file;
  // As DefaultStateDir, which it is where empty.
  std::string state_dir;
  // The log's verifier key, from somewhere else than the server. Trusted and remembered.
  std::optional<std::string> log_key;
  // Asked once where neither the state nor log_key says which key to trust; true: trust and remember it.
  // Null: never.
  std::function<bool(const FirstContact&)> on_first_contact;
  // For checking publishers' signatures here. Null: they are not checked.
  std::shared_ptr<const Keyring> keyring;
  // For one attempt at one call.
  absl::Duration call_timeout = absl::Seconds(30);
  // For one call with all its attempts. A call is tried again where the server is UNAVAILABLE or its queue is
  // full, with growing delays or the one that it asks for.
  absl::Duration retry_for = absl::Seconds(30);
  // What time it is, and how to wait; tests put their own.
  std::function<absl::Time()> now = absl::Now;
  std::function<void(absl::Duration)> sleep = absl::SleepFor;
};

// One article to send: a document byte for byte, or a message.
struct SourceDocument {
  std::string bytes;
};
using Submission = std::variant<SourceDocument, v1::Article>;

struct IngestOutcome {
  // False: policy refused it, and nothing of it is stored; only verification and refusal are set then.
  bool archived = false;
  // The same submission was archived before.
  bool already_archived = false;
  // The check that the server made in this call: its word.
  v1::VerificationResult verification;
  // The server's reason for a refusal, in a sentence.
  std::string refusal;
  // Checked in full against what was sent, and kept in the state.
  v1::Receipt receipt;
  ReceiptReport report;
};

class IngestStream;
struct IngestStreamOptions;

// Names an archived article.
struct ArticleDigestRef {
  Digest digest;
};
struct SourceDigestRef {
  Digest digest;
};
using ArticleRef = std::variant<std::uint64_t, ArticleDigestRef, SourceDigestRef>;

struct ArchivedArticle {
  v1::Receipt receipt;
  ReceiptReport report;
  // Unset for the record view. For the source view made here, from the source.
  std::optional<v1::Article> article;
  // For the source view; for the content view where there is one.
  std::optional<std::string> source_document;
};

// What the server says of an article that it did not store: its word, but for the digest and the canonical
// form, which were compared with what was computed here.
struct ServerVerification {
  v1::VerificationResult verification;
  std::optional<std::uint64_t> archived_index;
  std::string canonical_form;  // computed here
};

// One connection. Every call is synchronous and thread-safe: for many at once use threads, or a stream. Every
// answer's checkpoint goes through the CheckpointTracker before the answer is believed.
class ArchiveClient {
 public:
  // Connects, asks which log this is, and settles whether to trust it. Failures: kCouldNot; kBadOptions: the
  // server's address, tls_ca_file or log_key is none, or there is no place for the state; kUntrusted;
  // kDoesNotCheck: it is another log, or has another key, than log_key or the state say.
  static Answer<std::unique_ptr<ArchiveClient>> Connect(const ClientOptions& options);

  virtual ~ArchiveClient() = default;

  // What the server says of itself; origin and verifier_key were compared with the trusted key.
  virtual const v1::GetLogInfoResponse& log_info() const = 0;
  virtual const NoteVerifier& log_key() const = 0;
  virtual ClientState& state() = 0;

  // Submits one article and checks that the receipt is for it. Idempotent: after kCouldNot, submit again.
  // A document that cannot be read is refused here, as kCouldNot with InvalidArgument and a SourcePosition;
  // one that the server refuses otherwise has server_error set.
  virtual Answer<IngestOutcome> Ingest(const Submission& submission) = 0;

  // Submits many, each checked as Ingest does, at far less cost: ingest_stream.h. This must outlive it.
  virtual std::unique_ptr<IngestStream> OpenIngestStream(IngestStreamOptions options) = 0;

  // One archived article and its receipt, which is kept in the state too. kDoesNotCheck also where the server
  // says that it has not what a receipt in the state shows it had.
  virtual Answer<ArchivedArticle> Get(const ArticleRef& ref, v1::ArticleView view) = 0;

  // The newest checkpoint: CheckpointTracker::FetchLatest.
  virtual Answer<TrackedCheckpoint> LatestCheckpoint() = 0;

  // `receipt` with a proof under the newest checkpoint.
  virtual Answer<v1::Receipt> RefreshReceipt(const v1::Receipt& receipt) = 0;

  // Asks what the server says of an article, at a time or now. Nothing is stored.
  virtual Answer<ServerVerification> Verify(const Submission& submission, std::optional<absl::Time> at) = 0;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_ARCHIVE_CLIENT_H_
