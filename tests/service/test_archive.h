// SPDX-License-Identifier: Apache-2.0
//
// An archive in a folder of its own, with all that a server has but its socket.
#ifndef CHIROGRAPH_TESTS_SERVICE_TEST_ARCHIVE_H_
#define CHIROGRAPH_TESTS_SERVICE_TEST_ARCHIVE_H_

#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chirograph/v1/receipt.pb.h"
#include "crypto/checkpoint.h"
#include "crypto/merkle.h"
#include "crypto/note.h"
#include "gtest/gtest.h"
#include "proto/stored_format.h"
#include "service/admission.h"
#include "service/archive_directory.h"
#include "service/catalog.h"
#include "service/sequencer.h"
#include "tests/service/fake_clock.h"
#include "tests/service/hooked_log_store.h"
#include "tests/service/temp_folder.h"

namespace chirograph {

inline constexpr const char* kTestOrigin = "log.example/2026";

using Sequenced = absl::StatusOr<SequencedArticle>;

// What will be answered to `article`.
inline std::future<Sequenced> SubmitTo(Sequencer& sequencer, PreparedArticle article) {
  auto answer = std::make_shared<std::promise<Sequenced>>();
  std::future<Sequenced> future = answer->get_future();
  sequencer.Submit(std::move(article),
                   [answer](Sequenced sequenced) { answer->set_value(std::move(sequenced)); });
  return future;
}

class TestArchive {
 public:
  explicit TestArchive(Keyring keyring = {}, Policy policy = {}, SequencerOptions options = {})
      : options_(std::move(options)) {
    options_.on_published = [this](std::shared_ptr<const PublishedTree> tree,
                                   std::shared_ptr<const LogBatch> commit) {
      MutexLock lock(catalog_mutex_);
      if (catalog_ != nullptr) catalog_->Publish(std::move(tree), std::move(commit));
    };
    const auto log = InitArchive(folder_ / "archive", kTestOrigin);
    EXPECT_TRUE(log.ok()) << log.status();
    Open(std::move(keyring), std::move(policy));
    const absl::Status status = StartSequencer();
    EXPECT_TRUE(status.ok()) << status;
  }

  // As a process that ends and another that begins, with another keyring.
  absl::Status Restart(Keyring keyring = {}, Policy policy = {}) {
    Open(std::move(keyring), std::move(policy));
    return StartSequencer();
  }

  // Opens the store again without a sequencer on it.
  void Open(Keyring keyring = {}, Policy policy = {}) {
    sequencer_.reset();
    StopCatalog();
    store_.reset();
    auto opened = OpenArchive(folder_ / "archive", false);
    ASSERT_TRUE(opened.ok()) << opened.status();
    signer_.emplace(std::move(opened->signer));
    store_ = std::make_unique<HookedLogStore>(std::move(opened->store));
    admission_.emplace(std::move(keyring), std::move(policy));
  }
  absl::Status StartSequencer() {
    auto sequencer = Sequencer::Start(*store_, *admission_, *signer_, clock, options_);
    if (!sequencer.ok()) return sequencer.status();
    sequencer_ = *std::move(sequencer);
    return absl::OkStatus();
  }

  // Follows the log in the archive's folder. Not there unless it is asked for.
  absl::Status StartCatalog(const CatalogOptions& options = {}) {
    StopCatalog();
    auto catalog = Catalog::Start(catalog_path(), *store_, log(), options);
    if (!catalog.ok()) return catalog.status();
    {
      MutexLock lock(catalog_mutex_);
      catalog_ = *std::move(catalog);
    }
    if (sequencer_ != nullptr) this->catalog().Publish(sequencer_->tree(), nullptr);
    return absl::OkStatus();
  }
  void StopCatalog() {
    std::unique_ptr<Catalog> stopped;
    MutexLock lock(catalog_mutex_);
    stopped.swap(catalog_);
  }
  Catalog& catalog() {
    MutexLock lock(catalog_mutex_);
    return *catalog_;
  }
  // Waits until the catalog has all of the log; how that ended.
  absl::Status CatchUp() {
    std::promise<absl::Status> caught_up;
    catalog().WhenAt(tree_size(), absl::Seconds(60),
                     [&caught_up](const absl::Status& status) { caught_up.set_value(status); });
    return caught_up.get_future().get();
  }
  std::string catalog_path() const { return CatalogPath(path()); }

  // An article, or a source document.
  template <typename Input>
  PreparedArticle Prepare(const Input& submission) const {
    return admission_->Prepare(admission_->Check(submission, clock.Now()).value()).value();
  }
  template <typename Input>
  std::future<Sequenced> Submit(const Input& submission) {
    return SubmitTo(*sequencer_, Prepare(submission));
  }
  template <typename Input>
  Sequenced Ingest(const Input& submission) {
    return Submit(submission).get();
  }

  std::uint64_t tree_size() const { return sequencer_->tree()->checkpoint.tree_size; }
  v1::LogEntry ReadEntry(std::uint64_t index) const {
    return ParseLogEntry(store_->ReadEntry(index).value()).value();
  }

  HookedLogStore& store() { return *store_; }
  Sequencer& sequencer() { return *sequencer_; }
  const Admission& admission() const { return *admission_; }
  const NoteSigner& signer() const { return *signer_; }
  const NoteVerifier& log() const { return signer_->verifier(); }
  std::string path() const { return folder_ / "archive"; }

  FakeClock clock;

 private:
  const TempFolder folder_;
  SequencerOptions options_;
  std::optional<NoteSigner> signer_;
  std::unique_ptr<HookedLogStore> store_;
  std::optional<Admission> admission_;
  Mutex catalog_mutex_;
  std::unique_ptr<Catalog> catalog_ ABSL_GUARDED_BY(catalog_mutex_);
  std::unique_ptr<Sequencer> sequencer_;
};

// What a receipt says, once all of it was recomputed.
struct VerifiedReceipt {
  v1::ArticleRecord record;
  v1::Opening opening;
  Checkpoint checkpoint;
};

// Recomputes `receipt` with what crypto/ has, as a client would; fails the test where something is not so.
inline VerifiedReceipt VerifyReceipt(const v1::Receipt& receipt, const NoteVerifier& log) {
  VerifiedReceipt verified;
  const auto entry = ParseLogEntry(receipt.log_entry());
  const auto opening = ParseOpening(receipt.opening());
  const auto checkpoint = OpenCheckpoint(receipt.checkpoint(), log);
  EXPECT_TRUE(entry.ok()) << entry.status();
  EXPECT_TRUE(opening.ok()) << opening.status();
  EXPECT_TRUE(checkpoint.ok()) << checkpoint.status();
  if (!entry.ok() || !opening.ok() || !checkpoint.ok()) return verified;
  EXPECT_TRUE(entry->has_article_record());
  EXPECT_EQ(entry->article_record().opening_digest(), AsBytes(Sha256(receipt.opening())));
  std::vector<Digest> proof;
  for (const std::string& hash : receipt.inclusion_proof()) proof.push_back(DigestFromBytes(hash).value());
  EXPECT_EQ(VerifyInclusion(LeafHash(receipt.log_entry()), receipt.index(), checkpoint->tree_size, proof,
                            checkpoint->root_hash),
            ProofVerdict::kVerified);
  return {entry->article_record(), *opening, *checkpoint};
}

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_SERVICE_TEST_ARCHIVE_H_
