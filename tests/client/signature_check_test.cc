// SPDX-License-Identifier: Apache-2.0
//
// The findings of CheckReceipt on the publisher's signature, and on what the record says of it.
#include "client/internal/signature_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "client/receipt_check.h"
#include "proto/front_matter.h"
#include "tests/client/test_log.h"

namespace chirograph::signature_check_test {
namespace {

using ::testing::HasSubstr;

class SignatureCheckTest : public ::testing::Test {
 protected:
  // Archives `document` as an operator with `operators` would, and checks the receipt with `mine`.
  ReceiptReport Check(const std::string& document, const Keyring& operators, const Keyring* mine,
                      const TestLog::Change& change = nullptr, std::optional<absl::Time> at = std::nullopt) {
    TestLog log;
    const std::uint64_t index = log.AddDocument(document, operators, change);
    ReceiptEvidence evidence;
    const std::string content = log.entry(index).content;
    evidence.content = content;
    evidence.keyring = mine;
    evidence.signature_time = at;
    return CheckReceipt(log.Receipt(index), log.verifier(), evidence);
  }

  // What CheckRecordedVerdict says of a record that `change` made false.
  Finding Recorded(const std::string& document, const Keyring& operators, const TestLog::Change& change) {
    const ReceiptReport report = Check(document, operators, nullptr, change);
    return report.Find(CheckSubject::kRecordedVerdict);
  }

  const TestPublisher publisher_{"news.example"};
  const TestPublisher sealing_{"news.example", EnvelopeKind::kAes256Cbc};
  const Keyring keyring_ = publisher_.MakeKeyring();
  const std::string document_ = MakeSignedDocument("a title", publisher_);
  const std::string unsigned_ = MakeDocument("a title", "news.example");
};

TEST_F(SignatureCheckTest, VerifiesABareSignature) {
  const ReceiptReport report = Check(document_, keyring_, &keyring_);
  EXPECT_TRUE(report.ok()) << report.ToStatus();
  EXPECT_EQ(report.Find(CheckSubject::kSignature).outcome, CheckOutcome::kVerified);
  EXPECT_EQ(report.signature->verdict, Verdict::kValid);
}

TEST_F(SignatureCheckTest, VerifiesASealedSignatureWithTheEnvelopeKey) {
  const Keyring keyring = sealing_.MakeKeyring();
  const ReceiptReport report = Check(MakeSignedDocument("a title", sealing_), keyring, &keyring);
  EXPECT_TRUE(report.ok()) << report.ToStatus();
  EXPECT_EQ(report.signature->verdict, Verdict::kValid);
  EXPECT_FALSE(report.signature->by_opened_signature);
}

TEST_F(SignatureCheckTest, VerifiesTheOpenedSignatureWithThePublicKeyAlone) {
  const Keyring public_only = sealing_.MakeKeyring([](PublisherKey& key) {
    key.envelope = EnvelopeKind::kNone;
    key.envelope_key.clear();
  });
  const ReceiptReport report =
      Check(MakeSignedDocument("a title", sealing_), sealing_.MakeKeyring(), &public_only);
  EXPECT_TRUE(report.ok()) << report.ToStatus();
  EXPECT_EQ(report.signature->verdict, Verdict::kValid);
  EXPECT_EQ(report.signature->key_id, "k1");
  EXPECT_TRUE(report.signature->by_opened_signature);
  EXPECT_THAT(report.Find(CheckSubject::kSignature).detail, HasSubstr("operator's word"));
}

// A keyring as publishers give it to everybody: it names the envelope, and its key is not there.
TEST_F(SignatureCheckTest, NeedsNoEnvelopeKeyWhereTheOpeningHasTheSignature) {
  const Keyring for_everybody = sealing_.MakeKeyring([](PublisherKey& key) {
    key.envelope_key.clear();
    key.envelope_key_missing = true;
  });
  const std::string document = MakeSignedDocument("a title", sealing_);
  ReceiptReport report = Check(document, sealing_.MakeKeyring(), &for_everybody);
  EXPECT_TRUE(report.ok()) << report.ToStatus();
  EXPECT_EQ(report.signature->verdict, Verdict::kValid);
  EXPECT_TRUE(report.signature->by_opened_signature);
  // What no archive has opened cannot be judged: neither VALID nor INVALID.
  report = Check(document, Keyring(), &for_everybody);
  EXPECT_TRUE(report.ok()) << report.ToStatus();
  EXPECT_FALSE(report.signature.has_value());
  EXPECT_EQ(report.Find(CheckSubject::kSignature).outcome, CheckOutcome::kNotChecked);
  EXPECT_THAT(report.Find(CheckSubject::kSignature).detail, HasSubstr("lacks an envelope key"));
}

// No secured field and an empty one are the same article, so the second may be answered with the first's
// record.
TEST_F(SignatureCheckTest, TakesEitherReasonOfAnUnsignedArticle) {
  for (const v1::VerdictReason reason :
       {v1::VERDICT_REASON_NO_SECURED_FIELD, v1::VERDICT_REASON_EMPTY_SECURED_FIELD}) {
    const ReceiptReport report =
        Check(unsigned_, keyring_, nullptr, [reason](v1::ArticleRecord& record, v1::Opening&, v1::Content&) {
          record.set_reason_at_ingest(reason);
        });
    EXPECT_TRUE(report.ok()) << report.ToStatus();
  }
}

TEST_F(SignatureCheckTest, JudgesTheOpenedSignaturesKeyAtThatTime) {
  const Keyring revoked = sealing_.MakeKeyring([](PublisherKey& key) {
    key.envelope = EnvelopeKind::kNone;
    key.envelope_key.clear();
    key.revoked_at = TestTime() + absl::Hours(1);
  });
  const std::string document = MakeSignedDocument("a title", sealing_);
  EXPECT_EQ(Check(document, sealing_.MakeKeyring(), &revoked).signature->verdict, Verdict::kValid);
  EXPECT_EQ(Check(document, sealing_.MakeKeyring(), &revoked, nullptr, TestTime() + absl::Hours(1))
                .signature->verdict,
            Verdict::kKeyRevoked);
}

TEST_F(SignatureCheckTest, FindsAnOpenedSignatureThatTheKeyDoesNotVerify) {
  const Keyring public_only = sealing_.MakeKeyring([](PublisherKey& key) {
    key.envelope = EnvelopeKind::kNone;
    key.envelope_key.clear();
  });
  const ReceiptReport report =
      Check(MakeSignedDocument("a title", sealing_), sealing_.MakeKeyring(), &public_only,
            [](v1::ArticleRecord&, v1::Opening& opening, v1::Content&) {
              opening.set_opened_signature(FlipBit(opening.opened_signature()));
            });
  EXPECT_EQ(report.Find(CheckSubject::kSignature).outcome, CheckOutcome::kFailed);
}

TEST_F(SignatureCheckTest, FindsAFieldThatOpensToAnotherSignature) {
  const Keyring keyring = sealing_.MakeKeyring();
  const ReceiptReport report = Check(MakeSignedDocument("a title", sealing_), keyring, &keyring,
                                     [](v1::ArticleRecord&, v1::Opening& opening, v1::Content&) {
                                       opening.set_opened_signature(FlipBit(opening.opened_signature()));
                                     });
  EXPECT_EQ(report.Find(CheckSubject::kSignature).outcome, CheckOutcome::kFailed);
  EXPECT_THAT(report.ToStatus().message(), HasSubstr("opens to another signature"));
}

// The operator says that a key verified what no key of ours verifies.
TEST_F(SignatureCheckTest, FindsARecordThatThisKeyringContradicts) {
  const TestPublisher impostor("news.example");
  const ReceiptReport report =
      Check(MakeSignedDocument("a title", impostor), impostor.MakeKeyring(), &keyring_);
  EXPECT_FALSE(report.ok());
  EXPECT_EQ(report.Find(CheckSubject::kSignature).outcome, CheckOutcome::kFailed);
  EXPECT_EQ(report.signature->verdict, Verdict::kInvalid);
  EXPECT_THAT(report.ToStatus().message(), HasSubstr("recorded VALID"));
}

TEST_F(SignatureCheckTest, HasItsOwnVerdictWhereTheOperatorKnewNoKey) {
  const ReceiptReport valid = Check(document_, Keyring(), &keyring_);
  EXPECT_TRUE(valid.ok()) << valid.ToStatus();
  EXPECT_EQ(valid.signature->verdict, Verdict::kValid);
  const TestPublisher impostor("news.example");
  const ReceiptReport invalid = Check(MakeSignedDocument("a title", impostor), Keyring(), &keyring_);
  EXPECT_TRUE(invalid.ok()) << invalid.ToStatus();
  EXPECT_EQ(invalid.signature->verdict, Verdict::kInvalid);
}

TEST_F(SignatureCheckTest, IsNoContradictionWhereTheOperatorHadAnotherKey) {
  const TestPublisher other("news.example");
  const ReceiptReport report = Check(document_, other.MakeKeyring(), &keyring_);
  EXPECT_TRUE(report.ok()) << report.ToStatus();
  EXPECT_EQ(report.signature->verdict, Verdict::kValid);
}

TEST_F(SignatureCheckTest, DoesNotCheckWithoutThatPublishersKey) {
  const Keyring empty;
  const ReceiptReport report = Check(document_, keyring_, &empty);
  EXPECT_TRUE(report.ok()) << report.ToStatus();
  EXPECT_EQ(report.Find(CheckSubject::kSignature).outcome, CheckOutcome::kNotChecked);
  EXPECT_EQ(report.signature->verdict, Verdict::kUnknownKey);
}

TEST_F(SignatureCheckTest, ComputesTheVerdictOfAnUnsignedArticle) {
  const ReceiptReport report = Check(unsigned_, keyring_, &keyring_);
  EXPECT_TRUE(report.ok()) << report.ToStatus();
  EXPECT_EQ(report.signature->verdict, Verdict::kUnsigned);
}

TEST_F(SignatureCheckTest, JudgesAtTheTimeAskedFor) {
  const Keyring keyring =
      publisher_.MakeKeyring([](PublisherKey& key) { key.not_after = TestTime() + absl::Hours(1); });
  EXPECT_EQ(Check(document_, keyring, &keyring).signature->verdict, Verdict::kValid);
  const ReceiptReport later = Check(document_, keyring, &keyring, nullptr, TestTime() + absl::Hours(1));
  EXPECT_TRUE(later.ok()) << later.ToStatus();
  EXPECT_EQ(later.signature->verdict, Verdict::kKeyOutOfPeriod);
  EXPECT_EQ(later.signature->reason, VerdictReason::kAfterPeriod);
}

// --- What the record says, without any key ---

TEST_F(SignatureCheckTest, LeavesAnHonestRecordToTheOperatorsWord) {
  const TestPublisher other("other.example");
  for (const std::string& document :
       {document_, unsigned_, MakeDocument("t", "news.example", ""),
        MakeDocument("t", "news.example", "a;b;c"), MakeDocument("t", "news.example", "?"),
        MakeDocument("t", "news.example", std::string(2000, 'A')), MakeDocument("t", "news.example", "AAAA"),
        MakeDocument("t", "", "AAAA"), MakeDocument("t", ""), MakeSignedDocument("a title", other),
        MakeSignedDocument("a title", TestPublisher("news.example"))}) {
    const ReceiptReport report = Check(document, keyring_, &keyring_);
    EXPECT_TRUE(report.ok()) << document << "\n" << report.ToStatus();
    const Finding finding = report.Find(CheckSubject::kRecordedVerdict);
    EXPECT_EQ(finding.outcome, CheckOutcome::kNotChecked);
    EXPECT_EQ(finding.by, CheckedBy::kOperator);
  }
}

struct FalseRecord {
  std::string name;
  std::string document;
  TestLog::Change change;
  std::string says;
};

TEST_F(SignatureCheckTest, FindsEachFalseRecord) {
  const auto record = [](v1::Verdict verdict, v1::VerdictReason reason) {
    return [verdict, reason](v1::ArticleRecord& r, v1::Opening&, v1::Content&) {
      r.set_verdict_at_ingest(verdict);
      r.set_reason_at_ingest(reason);
    };
  };
  const std::string sealed = MakeSignedDocument("a title", sealing_);
  const std::string malformed = MakeDocument("t", "news.example", "a;b;c");
  const std::string nobody = MakeDocument("t", "", "AAAA");
  const std::vector<FalseRecord> cases = {
      {"reason of another verdict", document_, record(v1::VERDICT_VALID, v1::VERDICT_REASON_DOES_NOT_VERIFY),
       "another verdict's"},
      {"VALID turned INVALID", document_, record(v1::VERDICT_INVALID, v1::VERDICT_REASON_DOES_NOT_VERIFY),
       "names a key"},
      {"UNSIGNED turned VALID", unsigned_, record(v1::VERDICT_VALID, v1::VERDICT_REASON_SIGNATURE_VERIFIED),
       "names no key"},
      {"key from the future", document_,
       [](v1::ArticleRecord& r, v1::Opening&, v1::Content&) { r.set_key_event_index(1); },
       "after the record"},
      {"opened signature left out", document_,
       [](v1::ArticleRecord&, v1::Opening& o, v1::Content&) { o.clear_opened_signature(); },
       "no opened signature"},
      {"opened signature of nobody", sealed,
       [](v1::ArticleRecord&, v1::Opening& o, v1::Content&) { o.set_opened_signature("x"); },
       "has an opened signature"},
      {"another opened signature", document_,
       [](v1::ArticleRecord&, v1::Opening& o, v1::Content&) {
         o.set_opened_signature(FlipBit(o.opened_signature()));
       },
       "not the one that stands in the secured field"},
      {"signed turned UNSIGNED", sealed, record(v1::VERDICT_UNSIGNED, v1::VERDICT_REASON_NO_SECURED_FIELD),
       "digest of a secured field"},
      {"unsigned turned INVALID", unsigned_, record(v1::VERDICT_INVALID, v1::VERDICT_REASON_DOES_NOT_VERIFY),
       "no digest of a secured field"},
      {"grammar broken, said INVALID", malformed,
       record(v1::VERDICT_INVALID, v1::VERDICT_REASON_DOES_NOT_VERIFY), "must be MALFORMED (WRONG_PARTS)"},
      {"grammar broken otherwise", malformed, record(v1::VERDICT_MALFORMED, v1::VERDICT_REASON_NOT_BASE64),
       "must be MALFORMED (WRONG_PARTS)"},
      {"grammar kept, said broken", sealed, record(v1::VERDICT_MALFORMED, v1::VERDICT_REASON_NOT_BASE64),
       "is of the grammar"},
      {"nobody's signature said INVALID", nobody,
       record(v1::VERDICT_INVALID, v1::VERDICT_REASON_DOES_NOT_VERIFY), "names no publisher"},
      {"a publisher's said nobody's", sealed,
       record(v1::VERDICT_UNKNOWN_KEY, v1::VERDICT_REASON_NO_PUBLISHER), "names the publisher news.example"},
  };
  for (const FalseRecord& c : cases) {
    const Finding finding = Recorded(c.document, keyring_, c.change);
    EXPECT_EQ(finding.outcome, CheckOutcome::kFailed) << c.name << ": " << finding.detail;
    EXPECT_THAT(finding.detail, HasSubstr(c.says)) << c.name;
  }
}

}  // namespace
}  // namespace chirograph::signature_check_test
