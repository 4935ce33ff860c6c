// SPDX-License-Identifier: Apache-2.0
//
// What a client remembers of a log: docs/client-state.md.
#ifndef CHIROGRAPH_CLIENT_CLIENT_STATE_H_
#define CHIROGRAPH_CLIENT_CLIENT_STATE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "chirograph/v1/receipt.pb.h"
#include "client/alarm.h"
#include "crypto/checkpoint.h"
#include "crypto/note.h"

namespace chirograph {

namespace internal {
class UniqueFd;
}  // namespace internal

// $XDG_STATE_HOME/chirograph, or ~/.local/state/chirograph. FailedPrecondition: neither XDG_STATE_HOME (an
// absolute path) nor HOME is set.
absl::StatusOr<std::string> DefaultStateDir();

// The name of an origin's folder: A-Z a-z 0-9 . _ - as they are, but for a leading dot; every other byte as
// %XX. Over 200 characters: cut, with a hash of the whole.
std::string OriginFolderName(std::string_view origin);

// A checkpoint that was verified, with the note it stands in.
struct TrustedCheckpoint {
  std::string note;
  Checkpoint checkpoint;
};

// One log's folder in the state folder. Any number of processes and threads may use it at once. Nothing is
// created before the first write; files are written whole or not at all. Every error names the file; one that
// is damaged is DataLoss, is never replaced, and the message says what to do.
class ClientState {
 public:
  // `state_dir` as DefaultStateDir. InvalidArgument: `origin` cannot name a log (IsNoteKeyName), or
  // `state_dir` is empty.
  static absl::StatusOr<ClientState> Open(const std::string& state_dir, std::string_view origin);

  // The origins with a trusted key in `state_dir`, sorted. Empty where there is no such folder.
  static absl::StatusOr<std::vector<std::string>> ListOrigins(const std::string& state_dir);

  const std::string& origin() const { return origin_; }
  // The folder, which may not exist yet.
  const std::string& path() const { return path_; }

  // The log's key, or nothing where none was trusted yet.
  absl::StatusOr<std::optional<NoteVerifier>> ReadLogKey() const;
  // Trusts `key`, whose name must be the origin. OK where it is trusted already. FailedPrecondition: another
  // one is; the message has both, and says to forget the log first.
  absl::Status TrustLogKey(const NoteVerifier& key);

  // The largest checkpoint that was trusted, or nothing. FailedPrecondition: no key is trusted.
  absl::StatusOr<std::optional<TrustedCheckpoint>> ReadCheckpoint() const;

  enum class Swap { kSwapped, kChangedMeanwhile };
  // Trusts `next` in place of `expected_note`, unless another process or thread has changed it since it was
  // read. The caller has shown that the two are consistent. InvalidArgument: `next` is smaller than what
  // stands there, or does not verify with the trusted key.
  absl::StatusOr<Swap> SwapCheckpoint(const std::optional<std::string>& expected_note,
                                      const std::string& next_note);

  // The receipt kept for `index`, or nothing. As with every file, the caller checks it (CheckReceipt).
  absl::StatusOr<std::optional<v1::Receipt>> ReadReceipt(std::uint64_t index) const;
  // Where that receipt lies, a .tlog-proof.
  std::string ReceiptPath(std::uint64_t index) const;
  // The indexes of all receipts, ascending.
  absl::StatusOr<std::vector<std::uint64_t>> ListReceipts() const;

  enum class Kept {
    kNew,
    kSame,      // there was one with the same log entry and opening, and it still is
    kConflict,  // there is one with other bytes; nothing was changed
  };
  // Keeps `receipt`, which was checked. Durable when it returns kNew.
  absl::StatusOr<Kept> KeepReceipt(const v1::Receipt& receipt);
  // The same for many, at a small part of the price of as many calls; an answer each, in their order.
  std::vector<absl::StatusOr<Kept>> KeepReceipts(const std::vector<const v1::Receipt*>& receipts);

  // What WriteAudit wrote, or nothing; the file's path, for messages.
  absl::StatusOr<std::optional<std::string>> ReadAudit() const;
  std::string AuditPath() const;
  // Puts `file`, how far the log was audited (audit_state.h), in place of what was there. Of two audits at a
  // time the one that writes last is remembered; what either says is true.
  absl::Status WriteAudit(std::string_view file);

  // Writes `alarm` to a new folder, with a README.txt for a person, and gives its path.
  absl::StatusOr<std::string> WriteEvidence(const Alarm& alarm, absl::Time now);

  // Puts the log's folder aside, under a name that is returned: key, checkpoint, receipts, evidence and all.
  // Nothing is deleted. NotFound: there is none.
  absl::StatusOr<std::string> Forget(absl::Time now);

 private:
  ClientState(std::string state_dir, std::string origin, std::string path);
  // What stands at `index` beside `receipt`, which was to be kept.
  absl::StatusOr<Kept> CompareKept(const v1::Receipt& receipt) const;
  // Against every other process and thread, as long as the result lives.
  absl::StatusOr<internal::UniqueFd> Lock() const;

  std::string state_dir_;
  std::string origin_;
  std::string path_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLIENT_STATE_H_
