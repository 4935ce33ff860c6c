// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_TESTS_FAULTS_SEQUENCER_RIG_H_
#define CHIROGRAPH_TESTS_FAULTS_SEQUENCER_RIG_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "chirograph/v1/error.pb.h"
#include "crypto/merkle.h"
#include "crypto/note.h"
#include "service/admission.h"
#include "service/clock.h"
#include "service/log_head.h"
#include "service/sequencer.h"
#include "tests/faults/faulty_log_store.h"
#include "tests/service/temp_folder.h"

namespace chirograph {

// A sequencer on a real store with faults, and an auditor who remembers each promise that it made.
class SequencerRig {
 public:
  explicit SequencerRig(SequencerOptions options = QuickOptions());
  ~SequencerRig();
  SequencerRig(const SequencerRig&) = delete;
  SequencerRig& operator=(const SequencerRig&) = delete;

  // Options under which a store is opened again after milliseconds.
  static SequencerOptions QuickOptions();

  using Answer = std::future<absl::StatusOr<SequencedArticle>>;

  // Submits the article of this number; the same number is the same article.
  Answer Submit(std::size_t article);

  // Submits these articles, which are new, so that they form two batches, the first one of one article, and
  // waits for their answers. One article makes one batch. Article by article, the reason why it was refused,
  // or nothing.
  std::vector<std::optional<v1::ErrorReason>> SubmitBatches(const std::vector<std::size_t>& articles);

  // Submits these articles in whatever batches come of it, and waits for their answers, which are as above.
  std::vector<std::optional<v1::ErrorReason>> SubmitAll(const std::vector<std::size_t>& articles);

  // Waits for the answer, and remembers the promise that it is. Nothing: it was OK.
  std::optional<v1::ErrorReason> Take(std::size_t article, Answer answer);

  // Checks all that was ever promised against what is published now: each acknowledged article at its index
  // with the bytes of then, under a proof that verifies against the checkpoint, which goes on from the
  // checkpoint of the audit before.
  void Audit();

  // As Audit, and that the log is what a restart finds, with `entries` entries and nothing twice.
  void AuditWhole(std::uint64_t entries);

  // Ends sequencer and store, as the process's end would, and starts again from the same folder.
  void Restart();

  FaultyLogStore& store() { return *store_; }
  Sequencer& sequencer() { return *sequencer_; }
  // Articles that were acknowledged, with their index.
  const std::map<std::size_t, std::uint64_t>& acknowledged() const { return acknowledged_; }

 private:
  class FixedClock final : public Clock {
   public:
    absl::Time Now() const override { return absl::FromUnixSeconds(1'800'000'000); }
  };

  // What was promised of an entry when its article was acknowledged.
  struct Promise {
    Digest article_digest;
    std::string log_entry;
    std::string opening;
    std::string content;
  };

  void Start();
  void Stop();
  // Looks at the published tree all the time: it must be durable when it is seen.
  void Watch();
  void WaitUntilHealthy();
  static std::string Settled(const std::function<absl::StatusOr<std::string>()>& read);
  void CheckEntry(std::uint64_t index, const Promise& promise, const PublishedTree& tree);
  // What is wrong with a tree that was seen, or nothing.
  std::string CheckPublished(const PublishedTree& tree) const;

  TempFolder folder_;
  const SequencerOptions options_;
  const NoteSigner signer_;
  const Admission admission_;
  const FixedClock clock_;
  std::unique_ptr<FaultyLogStore> store_;
  std::unique_ptr<Sequencer> sequencer_;

  std::map<std::size_t, std::uint64_t> acknowledged_;
  std::map<std::uint64_t, Promise> promises_;  // by index
  Checkpoint audited_;
  std::thread watcher_;
  std::atomic<bool> stop_watching_ = false;
  std::atomic<int> seen_too_early_ = 0;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_FAULTS_SEQUENCER_RIG_H_
