// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "client/cli/proof_verification.h"
#include "client/client_state.h"
#include "client/receipt_file.h"
#include "crypto/encoding.h"
#include "crypto/limits.h"
#include "tests/client/cli_fake_host.h"
#include "tests/client/test_log.h"

namespace chirograph::cli_proof_verification_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

class CliProofVerificationTest : public testing::Test {
 protected:
  CliProofVerificationTest() {
    log_.AddDocument(MakeDocument("another", "other.example"));
    index_ = log_.AddDocument(document_, publisher_.MakeKeyring());
    WriteBytes(article_, document_);
    WriteProof();
    context_.options.state_dir = folder_ / "state";
    context_.options.log_key = log_.verifier().vkey();
  }

  void WriteProof(const std::function<void(v1::Receipt&)>& change = nullptr) {
    v1::Receipt receipt = log_.Receipt(index_);
    if (change != nullptr) change(receipt);
    WriteBytes(proof_, *FormatReceiptFile(receipt));
  }
  // Makes `document` the one that is archived and proved.
  void Archive(const std::string& document) {
    index_ = log_.AddDocument(document);
    WriteBytes(article_, document);
    WriteProof();
  }
  void UseKeyringOf(const TestPublisher& publisher) {
    WriteBytes(folder_ / "public-key.pem",
               fmt::format("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
                           Base64Encode(publisher.key().public_key->spki())));
    context_.options.keyring = folder_ / "keyring.yaml";
    WriteBytes(context_.options.keyring,
               fmt::format("publishers:\n  {}:\n    - id: k1\n      algorithm: ed25519\n"
                           "      public_key: public-key.pem\n",
                           publisher.domain()));
  }
  // Makes the state trust the log's key and the checkpoint of `tree_size`.
  ClientState Trust(std::uint64_t tree_size) {
    absl::StatusOr<ClientState> state = ClientState::Open(context_.options.state_dir, kTestOrigin);
    EXPECT_TRUE(state.ok() && state->TrustLogKey(log_.verifier()).ok());
    EXPECT_TRUE(state->SwapCheckpoint(std::nullopt, log_.Checkpoint(tree_size)).ok());
    return *std::move(state);
  }

  ProofVerificationResult Verify(const std::string& article = "") {
    return VerifyProofFile(proof_, article, context_);
  }
  ProofVerification Verified(const std::string& article = "") {
    ProofVerificationResult result = Verify(article);
    if (auto* verification = std::get_if<ProofVerification>(&result)) return std::move(*verification);
    ADD_FAILURE() << "it could not be checked";
    return {};
  }
  ProofNotRead NotRead(const std::string& article = "") {
    ProofVerificationResult result = Verify(article);
    if (auto* not_read = std::get_if<ProofNotRead>(&result)) return std::move(*not_read);
    ADD_FAILURE() << "it was read";
    return {};
  }
  Failure Failed() {
    ProofVerificationResult result = Verify();
    if (auto* failure = std::get_if<Failure>(&result)) return std::move(*failure);
    ADD_FAILURE() << "it is no failure";
    return {};
  }

  const TemporaryFolder folder_;
  const TestPublisher publisher_{"news.example"};
  const std::string document_ = MakeSignedDocument("a title", publisher_);
  const std::string article_ = folder_ / "a.md";
  const std::string proof_ = folder_ / "a.tlog-proof";
  TestLog log_;
  std::uint64_t index_ = 0;
  FakeHost host_;
  CommandContext context_{host_};
};

// --- What holds ---

TEST_F(CliProofVerificationTest, WithoutAnArticleTheLogIsCheckedAndNothingMore) {
  const ProofVerification verification = Verified();
  EXPECT_TRUE(verification.holds());
  EXPECT_FALSE(verification.article.has_value());
  EXPECT_FALSE(verification.report.signature.has_value());
  EXPECT_EQ(verification.report.Find(CheckSubject::kArticle).outcome, CheckOutcome::kNotChecked);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "state")) << "looking changes nothing";
}

TEST_F(CliProofVerificationTest, WithTheArchivedDocumentItsBytesAreCheckedToo) {
  const ProofVerification verification = Verified(article_);
  EXPECT_TRUE(verification.holds());
  EXPECT_EQ(verification.report.Find(CheckSubject::kSource).outcome, CheckOutcome::kVerified);
  EXPECT_EQ(verification.source_document, document_);
  EXPECT_FALSE(verification.other_bytes);
}

TEST_F(CliProofVerificationTest, TheDocumentMayComeFromStandardInput) {
  host_.input = document_;
  EXPECT_EQ(Verified("-").report.Find(CheckSubject::kSource).outcome, CheckOutcome::kVerified);
}

TEST_F(CliProofVerificationTest, OtherBytesOfTheSameArticleHoldAndTheSourceIsNotChecked) {
  WriteBytes(article_, "---\n# a comment\n" + document_.substr(4));
  const ProofVerification verification = Verified(article_);
  EXPECT_TRUE(verification.holds());
  EXPECT_TRUE(verification.other_bytes);
  EXPECT_EQ(verification.report.Find(CheckSubject::kArticle).outcome, CheckOutcome::kVerified);
  EXPECT_EQ(verification.report.Find(CheckSubject::kSource).outcome, CheckOutcome::kNotChecked);
}

TEST_F(CliProofVerificationTest, AnotherArticleDoesNotHold) {
  WriteBytes(article_, MakeSignedDocument("another title", publisher_));
  const ProofVerification verification = Verified(article_);
  EXPECT_FALSE(verification.holds());
  EXPECT_EQ(verification.report.Find(CheckSubject::kArticle).outcome, CheckOutcome::kFailed);
}

TEST_F(CliProofVerificationTest, AnotherLogsKeyDoesNotHold) {
  context_.options.log_key = TestLog().verifier().vkey();
  EXPECT_FALSE(Verified().holds());
  context_.options.log_key = TestLog("log.example/other").verifier().vkey();
  EXPECT_FALSE(Verified().holds());
}

TEST_F(CliProofVerificationTest, TheKeyThatIsTrustedHereNeedsNoOption) {
  Trust(log_.tree_size());
  context_.options.log_key.clear();
  EXPECT_TRUE(Verified().holds());
}

// --- The publisher's signature ---

TEST_F(CliProofVerificationTest, ASignatureOfThePublishersKeyHolds) {
  UseKeyringOf(publisher_);
  const ProofVerification verification = Verified(article_);
  EXPECT_TRUE(verification.has_keyring && verification.has_publishers_keys);
  EXPECT_EQ(verification.report.signature->verdict, Verdict::kValid);
  EXPECT_TRUE(verification.holds());
}

TEST_F(CliProofVerificationTest, AKeyringThatCannotTellLeavesTheProofToHold) {
  UseKeyringOf(TestPublisher("other.example"));
  const ProofVerification verification = Verified(article_);
  EXPECT_TRUE(verification.has_keyring);
  EXPECT_FALSE(verification.has_publishers_keys);
  EXPECT_TRUE(verification.holds());
}

TEST_F(CliProofVerificationTest, AnUnsignedArticleHoldsUnlessItsPublishersKeysAreKnown) {
  Archive(MakeDocument("unsigned", "news.example"));
  UseKeyringOf(TestPublisher("other.example"));
  EXPECT_TRUE(Verified(article_).holds());
  UseKeyringOf(publisher_);
  const ProofVerification verification = Verified(article_);
  EXPECT_TRUE(verification.report.ok());
  EXPECT_FALSE(verification.holds());
}

TEST_F(CliProofVerificationTest, ASignatureThatIsNotTheKeysDoesNotHoldAlthoughTheLogHasIt) {
  // The operator knew no key, and said so; the keyring here does.
  Archive(MakeSignedDocument("forged", TestPublisher("news.example")));
  UseKeyringOf(publisher_);
  const ProofVerification verification = Verified(article_);
  EXPECT_TRUE(verification.report.ok()) << verification.report.ToStatus();
  EXPECT_EQ(verification.report.signature->verdict, Verdict::kInvalid);
  EXPECT_FALSE(verification.holds());
}

TEST(ProofVerificationTest, EveryVerdictThatACheckCanHaveIsDecided) {
  ProofVerification verification;
  verification.has_publishers_keys = true;
  verification.report.signature = SignatureCheck();
  const auto holds = [&verification](Verdict verdict) {
    verification.report.signature->verdict = verdict;
    return verification.holds();
  };
  for (const Verdict verdict : {Verdict::kValid, Verdict::kUnknownKey}) EXPECT_TRUE(holds(verdict));
  for (const Verdict verdict : {Verdict::kUnsigned, Verdict::kMalformed, Verdict::kKeyRevoked,
                                Verdict::kKeyOutOfPeriod, Verdict::kInvalid}) {
    EXPECT_FALSE(holds(verdict)) << VerdictName(verdict);
  }
}

// --- What cannot be read ---

TEST_F(CliProofVerificationTest, AProofThatIsNotThereOrNoneIsNamed) {
  for (const std::string& contents :
       {std::string("nonsense"), std::string(limits::kMaxTlogProofBytes + 1, 'x')}) {
    WriteBytes(proof_, contents);
    EXPECT_EQ(NotRead().path, proof_);
    EXPECT_EQ(NotRead().code, ExitCode::kCouldNot);
  }
  std::filesystem::remove(proof_);
  EXPECT_EQ(NotRead().path, proof_);
  EXPECT_EQ(NotRead().code, ExitCode::kCouldNot);
}

TEST_F(CliProofVerificationTest, AProofOfWhatNoLogCanBeCalledIsAnInputErrorWhateverKeyIsGiven) {
  WriteProof([](v1::Receipt& receipt) { receipt.set_checkpoint("a log\x1b[2J\n" + receipt.checkpoint()); });
  for (const std::string& key : {log_.verifier().vkey(), std::string()}) {
    context_.options.log_key = key;
    EXPECT_EQ(NotRead().path, proof_);
    EXPECT_EQ(NotRead().code, ExitCode::kCouldNot);
  }
}

TEST_F(CliProofVerificationTest, AnArticleThatIsNotThereOrNoneIsNamed) {
  EXPECT_EQ(NotRead(folder_ / "none.md").path, folder_ / "none.md");
  WriteBytes(article_, "---\na: 1\na: 2\n---\n");
  const ProofNotRead not_read = NotRead(article_);
  EXPECT_EQ(not_read.path, article_);
  EXPECT_EQ(not_read.code, ExitCode::kCouldNot);
  ASSERT_TRUE(not_read.error.position.has_value());
  EXPECT_EQ(not_read.error.position->line, 3);
}

// --- What is wrong with the configuration ---

TEST_F(CliProofVerificationTest, AKeyThatIsNoneIsAUsageErrorAndNotTheProofsFault) {
  context_.options.log_key = "nonsense";
  EXPECT_EQ(NotRead().code, ExitCode::kUsage);
  EXPECT_EQ(NotRead().path, "");
  EXPECT_THAT(NotRead().error.message, AllOf(HasSubstr("--log-key"), HasSubstr("CHIROGRAPH_LOG_KEY")));
}

TEST_F(CliProofVerificationTest, AKeyringThatIsNotThereIsAUsageErrorThatNamesIt) {
  context_.options.keyring = folder_ / "none.yaml";
  EXPECT_EQ(NotRead().code, ExitCode::kUsage);
  EXPECT_EQ(NotRead().path, folder_ / "none.yaml");
}

TEST_F(CliProofVerificationTest, ALogThatNobodyDecidedToTrustIsAUsageErrorWithWhatToType) {
  context_.options.log_key.clear();
  EXPECT_EQ(NotRead().code, ExitCode::kUsage);
  EXPECT_THAT(NotRead().error.message, AllOf(HasSubstr(kTestOrigin), HasSubstr("--log-key VKEY"),
                                             HasSubstr("chirograph log trust VKEY")));
}

// --- The state ---

TEST_F(CliProofVerificationTest, ADamagedStateIsAFailureThatNamesTheFileWhoeverGivesTheKey) {
  const ClientState state = Trust(log_.tree_size());
  for (const std::string& key : {log_.verifier().vkey(), std::string()}) {
    context_.options.log_key = key;
    for (const char* name : {"log-key", "checkpoint", "format"}) {
      const std::string path = state.path() + "/" + name;
      const std::string before = ReadBytes(path);
      WriteBytes(path, "nonsense");
      const Failure failure = Failed();
      EXPECT_EQ(failure.kind, FailureKind::kCouldNot) << name;
      EXPECT_THAT(std::string(failure.status.message()), StartsWith(path)) << name;
      WriteBytes(path, before);
    }
  }
}

TEST_F(CliProofVerificationTest, TwoRootsOfOneSizeAreAnAlarmWithEvidence) {
  const ClientState state = Trust(log_.tree_size());
  std::string forged = log_.CheckpointWithRoot(log_.tree_size(), log_.RootHash(1));
  // Whatever else is wrong with it: the inclusion proof leads elsewhere.
  WriteProof([&forged](v1::Receipt& receipt) { receipt.set_checkpoint(forged); });
  const Failure failure = Failed();
  ASSERT_TRUE(failure.alarm.has_value()) << failure.status;
  EXPECT_EQ(failure.alarm->kind, AlarmKind::kTwoRoots);
  EXPECT_EQ(failure.alarm->received_note, forged);
  EXPECT_EQ(failure.alarm->trusted_note, log_.Checkpoint());
  EXPECT_EQ(ReadBytes(failure.alarm->evidence_dir + "/received.checkpoint"), forged);
  EXPECT_THAT(failure.alarm->evidence_dir, StartsWith(state.path() + "/alarms/"));
}

TEST_F(CliProofVerificationTest, AnAlarmIsRaisedAlsoWhereItsEvidenceCannotBeWritten) {
  const ClientState state = Trust(log_.tree_size());
  WriteBytes(state.path() + "/alarms", "a file");
  WriteProof([this](v1::Receipt& receipt) {
    receipt.set_checkpoint(log_.CheckpointWithRoot(log_.tree_size(), log_.RootHash(1)));
  });
  const Failure failure = Failed();
  ASSERT_TRUE(failure.alarm.has_value()) << failure.status;
  EXPECT_EQ(failure.alarm->evidence_dir, "");
  EXPECT_FALSE(failure.alarm->evidence_status.ok());
}

TEST_F(CliProofVerificationTest, ACheckpointOfAnotherSizeOrOfAnotherKeyIsNoContradiction) {
  Trust(1);
  EXPECT_TRUE(Verified().holds());
  // Somebody else's log of the same name, by the key that he gives.
  log_ = TestLog();
  index_ = log_.AddDocument(document_);
  WriteProof();
  context_.options.log_key = log_.verifier().vkey();
  EXPECT_TRUE(Verified().holds());
}

}  // namespace
}  // namespace chirograph::cli_proof_verification_test
