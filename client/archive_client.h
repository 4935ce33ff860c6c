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
#include "client/archived_article.h"
#include "client/article_stream.h"
#include "client/audit.h"
#include "client/checkpoint_tracker.h"
#include "client/client_state.h"
#include "client/receipt_check.h"
#include "client/tile_export.h"
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
  // "HOST:PORT", or "unix:/PATH": the absolute path of a socket, without a comma.
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
  // says that it has not what a receipt in the state shows it had. For a URL that several publishers claim
  // kCouldNot, with AmbiguousPublishersOf; for one, all that the trusted checkpoint covers is asked.
  virtual Answer<ArchivedArticle> Get(const ArticleRef& ref, v1::ArticleView view) = 0;

  // Lists articles; `on_batch` gets them as they come. A broken connection is taken up where it was, under
  // the rules for every call, each batch starting the time anew; call_timeout is for one batch. Receipts are
  // not kept in the state, but held against those that are. kDoesNotCheck: an article does not check, does
  // not fit the filter (topics, category, type and published time only where the view has the article), is
  // out of order, comes twice or is one too many. What came before a failure was well.
  virtual Answer<ListEnd> List(const v1::ListArticlesRequest& request, const OnListBatch& on_batch) = 0;

  // The same for the versions of one publisher's article at one URL. Also kCouldNot, with
  // AmbiguousPublishersOf.
  virtual Answer<ListEnd> ListVersions(const v1::ListVersionsRequest& request,
                                       const OnListBatch& on_batch) = 0;

  // Sends articles as they are archived, until the callbacks say stop or filter.end_index is reached. Each
  // message must prove that its checkpoint extends the one before, of which the first is the trusted one
  // (`trusted_tree_size` is set here). A broken connection is taken up where it was, without a gap or a
  // repetition, for as long as `callbacks` has it. Failures as List; kAlarm where a proof does not hold.
  virtual Answer<WatchEnd> Watch(const v1::WatchArticlesRequest& request,
                                 const WatchCallbacks& callbacks) = 0;

  // The entry at `index`, which must be below `checkpoint`'s tree size, and the proof that it is in that
  // tree. The checkpoint must be of an answer of this client. What the entry says was not looked at.
  // Failures: those of the connection; kDoesNotCheck: the server has not got the entry, or it is not proved
  // to be in the tree.
  virtual Answer<ProvenEntry> GetEntry(std::uint64_t index, const Checkpoint& checkpoint) = 0;

  // Audits the log up to its newest checkpoint: audit.h. What is wrong with what is served is a finding; the
  // keyring of the options says which keys are publishers', or, without one, the log's own KeyEvents. How far
  // it came is kept in the state, about every 65,536 entries and at the end. Failures: those of
  // LatestCheckpoint, of the connection and of the state; kDoesNotCheck: the stream has not the form that it
  // must have; kAlarm also where the checkpoint of a receipt, in the options or the state, contradicts what
  // the log says now: CheckpointTracker::ObserveSignedBefore. A failure leaves what was kept before it, and
  // keeps what still can be shown to be the log's.
  virtual Answer<AuditSummary> Audit(const AuditOptions& options, const AuditCallbacks& callbacks) = 0;

  // Makes `dir` the log up to its newest checkpoint as C2SP tlog-tiles, from the entries alone:
  // tile_export.h. What is there of it is kept, if it is what the log signed, and gone on from. No file is
  // replaced but the checkpoint, which is written last; one at a time fills a folder, another waits.
  // Failures: those of LatestCheckpoint and of the connection; kCouldNot: the disk, or a file there is not
  // what the log signed; kDoesNotCheck: the entries are not those of the signed tree; kAlarm also where the
  // folder's checkpoint contradicts the log. What was written before a failure is what the log signed.
  virtual Answer<TileExportSummary> ExportTiles(const std::string& dir,
                                                const TileExportCallbacks& callbacks) = 0;

  // The newest checkpoint: CheckpointTracker::FetchLatest.
  virtual Answer<TrackedCheckpoint> LatestCheckpoint() = 0;

  // `receipt` with a proof under the newest checkpoint.
  virtual Answer<v1::Receipt> RefreshReceipt(const v1::Receipt& receipt) = 0;

  // Asks what the server says of an article, at a time or now. Nothing is stored.
  virtual Answer<ServerVerification> Verify(const Submission& submission, std::optional<absl::Time> at) = 0;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_ARCHIVE_CLIENT_H_
