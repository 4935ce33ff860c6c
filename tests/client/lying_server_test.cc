// SPDX-License-Identifier: Apache-2.0
//
// A server that lies in its answers: the client library finds it out every time, with the right kind of
// failure, and an honest server passes the same journey. archive_client_ingest_test.cc has what it says of a
// submission besides the receipt; changed_past_test.cc has logs that change their past.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "client/archive_client.h"
#include "client/receipt_check.h"
#include "proto/rpc_error.h"
#include "proto/stored_format.h"
#include "tests/client/test_log.h"
#include "tests/client/test_server.h"
#include "tests/client/world.h"

namespace chirograph::lying_server_test {
namespace {

struct LieCase {
  std::string name;
  std::function<void(World&)> tell;
  FailureKind kind = FailureKind::kDoesNotCheck;
  AlarmKind alarm = AlarmKind::kInconsistent;
};

std::ostream& operator<<(std::ostream& out, const LieCase& lie) { return out << lie.name; }

class LyingServerTest : public ::testing::TestWithParam<LieCase> {};

TEST_P(LyingServerTest, IsFoundOut) {
  World world;
  ASSERT_FALSE(world.second_receipt().log_entry().empty()) << "the honest beginning failed";
  const std::string trusted = (*world.client().state().ReadCheckpoint())->note;
  GetParam().tell(world);
  std::string step;
  const std::optional<Failure> failure = world.Journey(&step);
  ASSERT_TRUE(failure.has_value()) << "nothing was noticed";
  EXPECT_EQ(FailureKindName(failure->kind), FailureKindName(GetParam().kind))
      << step << ": " << failure->status;
  if (failure->kind == FailureKind::kAlarm) {
    EXPECT_EQ(AlarmKindName(failure->alarm->kind), AlarmKindName(GetParam().alarm)) << failure->status;
    ExpectEvidence(world, *failure, trusted);
  } else {
    EXPECT_FALSE(std::filesystem::exists(world.client().state().path() + "/alarms")) << "a false accusation";
  }
  // Nothing that did not check was kept.
  const std::vector<std::uint64_t> receipts = *world.client().state().ListReceipts();
  for (const std::uint64_t index : receipts) {
    const v1::Receipt kept = **world.client().state().ReadReceipt(index);
    EXPECT_TRUE(CheckReceipt(kept, world.client().log_key()).ok()) << index;
  }
}

TEST(HonestServerTest, PassesTheSameJourney) {
  World world;
  std::string step;
  const std::optional<Failure> failure = world.Journey(&step);
  EXPECT_FALSE(failure.has_value()) << step << ": " << failure->status;
  EXPECT_FALSE(std::filesystem::exists(world.client().state().path() + "/alarms"));
}

// --- Lies in one answer ---

LieCase InIngest(std::string name, std::function<void(World&, v1::IngestArticleResponse&)> lie) {
  return {"Ingest_" + name, [lie = std::move(lie)](World& world) {
            Lies lies;
            lies.ingest = [&world, lie](v1::IngestArticleResponse& response) { lie(world, response); };
            world.server().Tell(lies);
          }};
}

LieCase InGet(std::string name, std::function<void(World&, v1::GetArticleResponse&)> lie) {
  return {"Get_" + name, [lie = std::move(lie)](World& world) {
            Lies lies;
            lies.get = [&world, lie](v1::GetArticleResponse& response) { lie(world, response); };
            world.server().Tell(lies);
          }};
}

// The same lies about a receipt, wherever one is sent.
std::vector<LieCase> LiesAboutReceipts() {
  using ReceiptLie = std::function<void(World&, v1::Receipt&)>;
  const std::vector<std::pair<std::string, ReceiptLie>> lies = {
      {"NoReceipt", [](World&, v1::Receipt& r) { r.Clear(); }},
      {"LogEntry", [](World&, v1::Receipt& r) { r.set_log_entry(FlipBit(r.log_entry(), -1)); }},
      {"Opening", [](World&, v1::Receipt& r) { r.set_opening(FlipBit(r.opening(), 10)); }},
      {"IndexOneLess", [](World&, v1::Receipt& r) { r.set_index(r.index() - 1); }},
      {"IndexBeyond", [](World&, v1::Receipt& r) { r.set_index(r.index() + 1000); }},
      {"ProofHash", [](World&, v1::Receipt& r) { r.set_inclusion_proof(0, FlipBit(r.inclusion_proof(0))); }},
      {"ProofHashDropped", [](World&, v1::Receipt& r) { r.mutable_inclusion_proof()->RemoveLast(); }},
      {"ProofHashAdded", [](World&, v1::Receipt& r) { r.add_inclusion_proof(std::string(32, 'x')); }},
      {"ProofHashShort", [](World&, v1::Receipt& r) { r.mutable_inclusion_proof(0)->pop_back(); }},
      {"NoCheckpoint", [](World&, v1::Receipt& r) { r.clear_checkpoint(); }},
      {"CheckpointText", [](World&, v1::Receipt& r) { r.set_checkpoint(FlipBit(r.checkpoint(), 20)); }},
      {"CheckpointSignature", [](World&, v1::Receipt& r) { r.set_checkpoint(FlipBit(r.checkpoint(), -10)); }},
      {"CheckpointOfAnotherKey",
       [](World& w, v1::Receipt& r) {
         r.set_checkpoint(
             TestLog().CheckpointWithRoot(w.log().tree_size(), w.log().RootHash(w.log().tree_size())));
       }},
      {"CheckpointOfAnotherOrigin",
       [](World&, v1::Receipt& r) {
         r.set_checkpoint(TestLog("log.example/other").CheckpointWithRoot(9, Digest{}));
       }},
      {"CheckpointOlderThanTheEntry",
       [](World& w, v1::Receipt& r) { r.set_checkpoint(w.log().Checkpoint(3)); }},
      {"AnotherArticlesReceipt", [](World& w, v1::Receipt& r) { r = w.log().Receipt(2); }},
  };
  std::vector<LieCase> cases;
  for (const auto& [name, lie] : lies) {
    cases.push_back(InIngest(
        name, [lie = lie](World& w, v1::IngestArticleResponse& r) { lie(w, *r.mutable_receipt()); }));
    cases.push_back(
        InGet(name, [lie = lie](World& w, v1::GetArticleResponse& r) { lie(w, *r.mutable_receipt()); }));
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Receipts, LyingServerTest, ::testing::ValuesIn(LiesAboutReceipts()),
                         [](const auto& test) { return test.param.name; });

std::vector<LieCase> OtherLies() {
  std::vector<LieCase> cases = {
      InGet("NoPayload", [](World&, v1::GetArticleResponse& r) { r.clear_payload(); }),
      InGet("PayloadNotAskedFor",
            [](World&, v1::GetArticleResponse& r) {
              if (r.payload_case() == v1::GetArticleResponse::PAYLOAD_NOT_SET) r.set_content("x");
            }),
      InGet("ArticleAltered",
            [](World&, v1::GetArticleResponse& r) {
              if (r.has_article()) r.mutable_article()->set_title("altered");
            }),
      InGet("SecuredAltered",
            [](World&, v1::GetArticleResponse& r) {
              if (r.has_article()) r.mutable_article()->set_secured(FlipBit(r.article().secured()));
            }),
      InGet("ArticleNotCanonical",
            [](World&, v1::GetArticleResponse& r) {
              if (r.has_article()) r.mutable_article()->set_body("\n");
            }),
      InGet("SourceAltered",
            [](World&, v1::GetArticleResponse& r) {
              if (r.has_source_document()) r.set_source_document(r.source_document() + " ");
            }),
      InGet("ContentAltered",
            [](World&, v1::GetArticleResponse& r) {
              if (r.has_content()) r.set_content(FlipBit(r.content(), -1));
            }),
      InGet("ContentOfAnotherArticle",
            [](World& w, v1::GetArticleResponse& r) {
              if (r.has_content()) r.set_content(w.log().entry(2).content);
            }),
      InGet("WholeAnswerOfAnotherArticle",
            [](World& w, v1::GetArticleResponse& r) {
              const v1::Content content = *ParseContent(w.log().entry(2).content);
              if (r.has_content()) r.set_content(w.log().entry(2).content);
              if (r.has_article()) *r.mutable_article() = content.article();
              if (r.has_source_document()) r.set_source_document(content.source_document());
              *r.mutable_receipt() = w.log().Receipt(2);
            }),
  };
  const auto tell = [&cases](std::string name, std::function<void(World&, Lies&)> fill,
                             FailureKind kind = FailureKind::kDoesNotCheck,
                             AlarmKind alarm = AlarmKind::kInconsistent) {
    cases.push_back({std::move(name),
                     [fill = std::move(fill)](World& world) {
                       Lies lies;
                       fill(world, lies);
                       world.server().Tell(lies);
                     },
                     kind, alarm});
  };
  tell("Checkpoint_Garbage", [](World&, Lies& l) {
    l.checkpoint = [](v1::GetCheckpointResponse& r) { r.set_checkpoint("garbage"); };
  });
  tell("Checkpoint_OfAnotherKey", [](World& w, Lies& l) {
    l.checkpoint = [&w](v1::GetCheckpointResponse& r) {
      r.set_checkpoint(TestLog().CheckpointWithRoot(3, w.log().RootHash(3)));
    };
  });
  tell(
      "Checkpoint_Smaller",
      [](World& w, Lies& l) {
        l.checkpoint = [&w](v1::GetCheckpointResponse& r) {
          r.set_checkpoint(w.log().Checkpoint(w.log().tree_size() - 1));
        };
      },
      FailureKind::kAlarm, AlarmKind::kRolledBack);
  tell(
      "Checkpoint_OtherRoot",
      [](World& w, Lies& l) {
        l.checkpoint = [&w](v1::GetCheckpointResponse& r) {
          r.set_checkpoint(w.log().CheckpointWithRoot(w.log().tree_size(), w.log().RootHash(3)));
        };
      },
      FailureKind::kAlarm, AlarmKind::kTwoRoots);
  tell(
      "Checkpoint_LargerThanTheTree",
      [](World& w, Lies& l) {
        TestLog fork = w.log_before();
        while (fork.tree_size() <= w.log().tree_size())
          fork.AddDocument(MakeDocument("forged", "other.example"));
        l.checkpoint = [note = fork.Checkpoint()](v1::GetCheckpointResponse& r) { r.set_checkpoint(note); };
      },
      FailureKind::kAlarm, AlarmKind::kInconsistent);
  tell(
      "Consistency_Hash",
      [](World&, Lies& l) {
        l.consistency = [](v1::GetConsistencyProofResponse& r) { r.set_hashes(0, FlipBit(r.hashes(0))); };
      },
      FailureKind::kAlarm, AlarmKind::kInconsistent);
  tell(
      "Consistency_HashDropped",
      [](World&, Lies& l) {
        l.consistency = [](v1::GetConsistencyProofResponse& r) { r.mutable_hashes()->RemoveLast(); };
      },
      FailureKind::kAlarm, AlarmKind::kInconsistent);
  tell(
      "Consistency_HashShort",
      [](World&, Lies& l) {
        l.consistency = [](v1::GetConsistencyProofResponse& r) { r.mutable_hashes(0)->pop_back(); };
      },
      FailureKind::kAlarm, AlarmKind::kInconsistent);
  tell(
      "Consistency_OtherSize",
      [](World&, Lies& l) {
        l.consistency = [](v1::GetConsistencyProofResponse& r) {
          r.set_second_tree_size(r.second_tree_size() + 1);
        };
      },
      FailureKind::kAlarm, AlarmKind::kInconsistent);
  tell(
      "Consistency_EndlessProof",
      [](World&, Lies& l) {
        l.consistency = [](v1::GetConsistencyProofResponse& r) {
          while (r.hashes_size() < 1000) r.add_hashes(std::string(32, 'x'));
        };
      },
      FailureKind::kAlarm, AlarmKind::kInconsistent);
  tell(
      "Consistency_NotFound",
      [](World&, Lies& l) {
        l.refuse = [](std::string_view method) {
          return method == "GetConsistencyProof"
                     ? MakeError(v1::ERROR_REASON_ARTICLE_NOT_FOUND, "no such size")
                     : absl::OkStatus();
        };
      },
      FailureKind::kAlarm, AlarmKind::kInconsistent);
  tell("Inclusion_Hash", [](World&, Lies& l) {
    l.inclusion = [](v1::GetInclusionProofResponse& r) { r.set_hashes(0, FlipBit(r.hashes(0))); };
  });
  tell("Inclusion_Size", [](World&, Lies& l) {
    l.inclusion = [](v1::GetInclusionProofResponse& r) { r.set_tree_size(r.tree_size() - 1); };
  });
  tell("Inclusion_NoCheckpoint",
       [](World&, Lies& l) { l.inclusion = [](v1::GetInclusionProofResponse& r) { r.clear_checkpoint(); }; });
  tell("Verify_Digest", [](World&, Lies& l) {
    l.verify = [](v1::VerifyArticleResponse& r) {
      r.mutable_verification()->set_article_digest(std::string(32, 'x'));
    };
  });
  tell("Verify_CanonicalForm",
       [](World&, Lies& l) { l.verify = [](v1::VerifyArticleResponse& r) { r.set_canonical_form("{}"); }; });
  tell("Verify_NoCanonicalForm",
       [](World&, Lies& l) { l.verify = [](v1::VerifyArticleResponse& r) { r.clear_canonical_form(); }; });
  tell("Verify_OtherTime", [](World&, Lies& l) {
    l.verify = [](v1::VerifyArticleResponse& r) {
      *r.mutable_verification()->mutable_evaluated_at() = ToTimestamp(TestTime() + absl::Hours(1));
    };
  });
  tell("Verify_NoVerdict", [](World&, Lies& l) {
    l.verify = [](v1::VerifyArticleResponse& r) {
      r.mutable_verification()->set_verdict(v1::VERDICT_UNSPECIFIED);
    };
  });
  for (const v1::ErrorReason reason :
       {v1::ERROR_REASON_ARTICLE_NOT_FOUND, v1::ERROR_REASON_NOT_AN_ARTICLE,
        v1::ERROR_REASON_NO_SOURCE_DOCUMENT, v1::ERROR_REASON_BEYOND_TREE_SIZE}) {
    tell("Get_Denied_" + v1::ErrorReason_Name(reason), [reason](World&, Lies& l) {
      l.refuse = [reason](std::string_view method) {
        return method == "GetArticle" ? MakeError(reason, "denied") : absl::OkStatus();
      };
    });
  }
  tell("Inclusion_Denied", [](World&, Lies& l) {
    l.refuse = [](std::string_view method) {
      return method == "GetInclusionProof" ? MakeError(v1::ERROR_REASON_BEYOND_TREE_SIZE, "denied")
                                           : absl::OkStatus();
    };
  });
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Answers, LyingServerTest, ::testing::ValuesIn(OtherLies()),
                         [](const auto& test) { return test.param.name; });

// --- An operator who signs what is not so ---

// Archives `document` in the server's log behind the client's back, with `change` made to the record.
LieCase SignedFalsely(std::string name, TestLog::Change change) {
  return {"Signed_" + name, [change = std::move(change)](World& world) {
            TestLog log = world.log();
            log.AddDocument(world.new_document().bytes, world.keyring(), change);
            world.server().UseLog(std::move(log));
          }};
}

INSTANTIATE_TEST_SUITE_P(
    Records, LyingServerTest,
    ::testing::Values(
        SignedFalsely("ArticleDigest", [](v1::ArticleRecord&, v1::Opening& o,
                                          v1::Content&) { o.set_article_digest(std::string(32, 'x')); }),
        SignedFalsely("SourceDigest", [](v1::ArticleRecord&, v1::Opening& o,
                                         v1::Content&) { o.set_source_digest(std::string(32, 'x')); }),
        SignedFalsely("NoSourceDigest",
                      [](v1::ArticleRecord&, v1::Opening& o, v1::Content&) { o.clear_source_digest(); }),
        SignedFalsely("SecuredDigest", [](v1::ArticleRecord&, v1::Opening& o,
                                          v1::Content&) { o.set_secured_digest(std::string(32, 'x')); }),
        SignedFalsely("Publisher", [](v1::ArticleRecord&, v1::Opening& o,
                                      v1::Content&) { o.set_publisher_domain("other.example"); }),
        SignedFalsely("Url",
                      [](v1::ArticleRecord&, v1::Opening& o, v1::Content&) { o.set_url("https://other/"); }),
        SignedFalsely("OpenedSignature",
                      [](v1::ArticleRecord&, v1::Opening& o, v1::Content&) {
                        o.set_opened_signature(FlipBit(o.opened_signature()));
                      }),
        SignedFalsely("OpeningDigest", [](v1::ArticleRecord& r, v1::Opening&,
                                          v1::Content&) { r.set_opening_digest(std::string(32, 'x')); }),
        SignedFalsely("Verdict",
                      [](v1::ArticleRecord& r, v1::Opening&, v1::Content&) {
                        r.set_verdict_at_ingest(v1::VERDICT_INVALID);
                        r.set_reason_at_ingest(v1::VERDICT_REASON_DOES_NOT_VERIFY);
                      }),
        SignedFalsely("VerdictReason",
                      [](v1::ArticleRecord& r, v1::Opening&, v1::Content&) {
                        r.set_reason_at_ingest(v1::VERDICT_REASON_REVOKED);
                      })),
    [](const auto& test) { return test.param.name; });

// --- Who it says it is ---

struct InfoCase {
  std::string name;
  std::function<void(v1::GetLogInfoResponse&)> lie;
};

std::ostream& operator<<(std::ostream& out, const InfoCase& info) { return out << info.name; }

class LyingLogInfoTest : public ::testing::TestWithParam<InfoCase> {};

TEST_P(LyingLogInfoTest, IsFoundOut) {
  World world;
  Lies lies;
  lies.log_info = GetParam().lie;
  world.server().Tell(lies);
  for (const bool pinned : {true, false}) {
    ClientOptions options = world.options();
    if (!pinned) options.log_key.reset();
    options.on_first_contact = [](const FirstContact&) { return true; };
    const Answer<std::unique_ptr<ArchiveClient>> client = ArchiveClient::Connect(options);
    ASSERT_FALSE(client.ok()) << pinned;
    EXPECT_EQ(client.failure().kind, FailureKind::kDoesNotCheck) << client.failure().status;
  }
}

INSTANTIATE_TEST_SUITE_P(
    LogInfo, LyingLogInfoTest,
    ::testing::Values(
        InfoCase{"AnotherKey",
                 [](v1::GetLogInfoResponse& r) { r.set_verifier_key(TestLog().verifier().vkey()); }},
        InfoCase{"NoKey", [](v1::GetLogInfoResponse& r) { r.clear_verifier_key(); }},
        InfoCase{"AnotherOrigin", [](v1::GetLogInfoResponse& r) { r.set_origin("log.example/x"); }},
        InfoCase{"AnotherLog",
                 [](v1::GetLogInfoResponse& r) {
                   const TestLog other("log.example/other");
                   r.set_origin("log.example/other");
                   r.set_verifier_key(other.verifier().vkey());
                 }}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace chirograph::lying_server_test
