// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/sequencer_rig.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <utility>

#include "crypto/checkpoint.h"
#include "crypto/tile.h"
#include "proto/canonical_form.h"
#include "proto/rpc_error.h"
#include "proto/stored_format.h"
#include "service/recovered_log.h"
#include "service/rocksdb_log_store.h"
#include "tests/service/status_matchers.h"

namespace chirograph {
namespace {

constexpr char kOrigin[] = "log.example/faults";
constexpr std::chrono::seconds kPatience(120);  // a hang is a failure, not a timeout of the whole test

StoreIdentity IdentityOf(const NoteSigner& signer) { return {kOrigin, signer.verifier().vkey()}; }

v1::Article MakeArticle(std::size_t number) {
  v1::Article article;
  article.set_title(fmt::format("Article {}", number));
  article.set_body(std::string(number % 7 * 100, 'x') + "The end.\n");
  return article;
}

}  // namespace

SequencerOptions SequencerRig::QuickOptions() {
  SequencerOptions options;
  options.first_reopen_delay = std::chrono::milliseconds(1);
  options.last_reopen_delay = std::chrono::milliseconds(2);
  return options;
}

SequencerRig::SequencerRig(SequencerOptions options)
    : options_(options), signer_(NoteSigner::Generate(kOrigin).value()), admission_(Keyring(), Policy()) {
  audited_ = {kOrigin, 0, EmptyRootHash(), {}};
  const std::string note = SignCheckpoint(audited_, signer_).value();
  EXPECT_THAT(RocksDbLogStore::Create(folder_ / "store", IdentityOf(signer_), note), IsOk());
  Start();
}

SequencerRig::~SequencerRig() { Stop(); }

void SequencerRig::Start() {
  auto store = RocksDbLogStore::Open(folder_ / "store", IdentityOf(signer_));
  ASSERT_THAT(store, IsOk());
  store_ = std::make_unique<FaultyLogStore>(*std::move(store));
  auto sequencer = Sequencer::Start(*store_, admission_, signer_, clock_, options_);
  ASSERT_THAT(sequencer, IsOk());
  sequencer_ = *std::move(sequencer);
  stop_watching_ = false;
  watcher_ = std::thread([this] { Watch(); });
}

void SequencerRig::Stop() {
  stop_watching_ = true;
  if (watcher_.joinable()) watcher_.join();
  sequencer_.reset();
  store_.reset();
  EXPECT_EQ(seen_too_early_, 0) << "a signed checkpoint was published before it was durable";
}

void SequencerRig::Restart() {
  store_->FailReopen(0);
  // What an unknown commit left is there after a restart without the store's ever being opened again.
  sequencer_->Stop();
  ASSERT_THAT(store_->Reopen(), IsOk());
  Stop();
  Start();
}

std::string SequencerRig::CheckPublished(const PublishedTree& tree) const {
  const absl::StatusOr<Checkpoint> opened = OpenCheckpoint(tree.note, signer_.verifier());
  if (!opened.ok()) return opened.status().ToString();
  if (*opened != tree.checkpoint) return "the note is not of the tree";
  // The one that was found at the start is durable by having been found.
  if (tree.checkpoint.tree_size > 0 && !store_->WasDurable(tree.note)) return "the note was not durable";
  return {};
}

void SequencerRig::Watch() {
  const auto first = sequencer_->tree();
  auto last = first;
  while (!stop_watching_) {
    auto tree = sequencer_->tree();
    if (tree != last && tree->note != first->note && !CheckPublished(*tree).empty()) ++seen_too_early_;
    last = std::move(tree);
    std::this_thread::yield();
  }
}

SequencerRig::Answer SequencerRig::Submit(std::size_t article) {
  const v1::Article submission = MakeArticle(article);
  auto checked = admission_.Check(submission, clock_.Now());
  EXPECT_THAT(checked, IsOk());
  auto prepared = admission_.Prepare(*std::move(checked));
  EXPECT_THAT(prepared, IsOk());
  auto promise = std::make_shared<std::promise<absl::StatusOr<SequencedArticle>>>();
  Answer answer = promise->get_future();
  sequencer_->Submit(*std::move(prepared), [this, promise](absl::StatusOr<SequencedArticle> result) {
    if (result.ok() && result->tree->note != sequencer_->tree()->note &&
        !CheckPublished(*result->tree).empty()) {
      ++seen_too_early_;
    }
    promise->set_value(std::move(result));
  });
  return answer;
}

std::vector<std::optional<v1::ErrorReason>> SequencerRig::SubmitBatches(
    const std::vector<std::size_t>& articles) {
  std::vector<Answer> answers;
  if (articles.size() > 1) store_->CloseGate();
  for (const std::size_t article : articles) {
    answers.push_back(Submit(article));
    if (articles.size() > 1 && answers.size() == 1) store_->WaitForCommitAtGate();
  }
  store_->OpenGate();
  std::vector<std::optional<v1::ErrorReason>> reasons;
  for (std::size_t i = 0; i < articles.size(); ++i) {
    reasons.push_back(Take(articles[i], std::move(answers[i])));
  }
  return reasons;
}

std::vector<std::optional<v1::ErrorReason>> SequencerRig::SubmitAll(
    const std::vector<std::size_t>& articles) {
  std::vector<Answer> answers;
  answers.reserve(articles.size());
  for (const std::size_t article : articles) answers.push_back(Submit(article));
  std::vector<std::optional<v1::ErrorReason>> reasons;
  for (std::size_t i = 0; i < articles.size(); ++i) {
    reasons.push_back(Take(articles[i], std::move(answers[i])));
  }
  return reasons;
}

std::optional<v1::ErrorReason> SequencerRig::Take(std::size_t article, Answer answer) {
  if (answer.wait_for(kPatience) != std::future_status::ready) {
    ADD_FAILURE() << "no answer to article " << article;
    return v1::ERROR_REASON_INTERNAL;
  }
  const absl::StatusOr<SequencedArticle> result = answer.get();
  if (!result.ok()) {
    const auto reason = ReasonOf(result.status());
    EXPECT_TRUE(reason.has_value()) << result.status();
    return reason.value_or(v1::ERROR_REASON_INTERNAL);
  }
  const std::uint64_t index = result->placement.index;
  EXPECT_LT(index, result->tree->checkpoint.tree_size) << "acknowledged under a tree that has it not";
  const auto [before, is_new] = acknowledged_.emplace(article, index);
  EXPECT_EQ(before->second, index) << "article " << article << " changed its index";
  if (!is_new) {
    EXPECT_TRUE(result->placement.already_archived) << "article " << article;
    return std::nullopt;
  }
  // An answer to who asks again after an uncertain one has no bytes: they are in the store.
  Promise promise;
  promise.article_digest = Sha256(CanonicalForm(MakeArticle(article)).value());
  promise.log_entry = result->placement.log_entry;
  promise.opening = result->placement.opening;
  if (result->placement.already_archived) {
    promise.log_entry = Settled([&] { return store_->ReadEntry(index); });
    promise.opening = Settled([&] { return store_->ReadOpening(index); });
  }
  promise.content = Settled([&] { return store_->ReadContent(index); });
  EXPECT_TRUE(promises_.emplace(index, std::move(promise)).second) << "index " << index << " given twice";
  return std::nullopt;
}

// A later batch may fail at any moment, and nothing can be read until it is settled.
std::string SequencerRig::Settled(const std::function<absl::StatusOr<std::string>()>& read) {
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  absl::StatusOr<std::string> bytes = read();
  while (!bytes.ok() && std::chrono::steady_clock::now() < give_up) {
    std::this_thread::yield();
    bytes = read();
  }
  EXPECT_THAT(bytes, IsOk());
  return std::move(bytes).value_or("");
}

void SequencerRig::CheckEntry(std::uint64_t index, const Promise& promise, const PublishedTree& tree) {
  SCOPED_TRACE(fmt::format("entry {} of {}", index, tree.checkpoint.tree_size));
  EXPECT_EQ(store_->ReadEntry(index).value_or("lost"), promise.log_entry);
  EXPECT_EQ(store_->ReadOpening(index).value_or("lost"), promise.opening);
  EXPECT_EQ(store_->ReadContent(index).value_or("lost"), promise.content);
  EXPECT_EQ(store_->FindByArticleDigest(promise.article_digest).value_or(std::nullopt), index);
  const auto entry = ParseLogEntry(promise.log_entry);
  const auto opening = ParseOpening(promise.opening);
  ASSERT_THAT(entry, IsOk());
  ASSERT_THAT(opening, IsOk());
  EXPECT_EQ(entry->article_record().opening_digest(), AsBytes(Sha256(promise.opening)));
  EXPECT_EQ(opening->article_digest(), AsBytes(promise.article_digest));
  EXPECT_EQ(opening->content_digest(), AsBytes(Sha256(promise.content)));
  const auto proof = ProveInclusion(index, tree.checkpoint.tree_size, *store_);
  ASSERT_THAT(proof, IsOk());
  EXPECT_EQ(VerifyInclusion(LeafHash(promise.log_entry), index, tree.checkpoint.tree_size, *proof,
                            tree.checkpoint.root_hash),
            ProofVerdict::kVerified);
}

// Who was refused is told before the store is open again.
void SequencerRig::WaitUntilHealthy() {
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  while (!sequencer_->healthy()) {
    ASSERT_LT(std::chrono::steady_clock::now(), give_up) << "the store was not opened again";
    std::this_thread::yield();
  }
}

void SequencerRig::Audit() {
  WaitUntilHealthy();
  const std::shared_ptr<const PublishedTree> tree = sequencer_->tree();
  const Checkpoint& now = tree->checkpoint;
  ASSERT_LE(audited_.tree_size, now.tree_size) << "the log has shrunk";
  const auto consistency = ProveConsistency(audited_.tree_size, now.tree_size, *store_);
  ASSERT_THAT(consistency, IsOk());
  EXPECT_EQ(
      VerifyConsistency(audited_.tree_size, audited_.root_hash, now.tree_size, now.root_hash, *consistency),
      ProofVerdict::kVerified);
  audited_ = now;
  for (const auto& [index, promise] : promises_) CheckEntry(index, promise, *tree);
  EXPECT_EQ(store_->refused_commits(), 0u) << "a commit without the Reopen that was due";
  EXPECT_EQ(seen_too_early_, 0);
}

void SequencerRig::AuditWhole(std::uint64_t entries) {
  Audit();
  const auto recovered = RecoverLog(*store_, signer_.verifier());
  ASSERT_THAT(recovered, IsOk());
  EXPECT_EQ(recovered->checkpoint, sequencer_->tree()->checkpoint);
  EXPECT_EQ(recovered->checkpoint_note, sequencer_->tree()->note);
  EXPECT_EQ(recovered->checkpoint.tree_size, entries);
  EXPECT_EQ(promises_.size(), entries);
  EXPECT_TRUE(sequencer_->healthy());
}

}  // namespace chirograph
