// SPDX-License-Identifier: Apache-2.0
//
// The tamper table as strangers see it: what each of four auditors is served by a spoilt store, and what he
// says of it. What is served is recorded byte by byte, so that "it changes nothing for him" is measured.
#include "tests/faults/tamper_audit.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "service/receipt_builder.h"
#include "tests/faults/tamper_rig.h"
#include "tests/faults/tamper_server.h"
#include "tests/service/temp_folder.h"

namespace chirograph::tamper_audit_test {
namespace {

enum class Auditor {
  kStranger,   // has never seen this log; has the keys of its publishers, with those of their envelopes
  kFromHalf,   // audited it when it had half of its articles, and goes on from there
  kFromWhole,  // audited all of it when it was sound: nothing of it is new
  kHolder,     // has never seen it but for receipts, of both sizes; looks at entries alone
};
constexpr std::array kAuditors = {Auditor::kStranger, Auditor::kFromHalf, Auditor::kFromWhole,
                                  Auditor::kHolder};
constexpr std::array kAuditorNames = {"stranger", "from half", "from whole", "receipts"};
constexpr std::size_t kReceipts = 20;  // of each size

std::size_t At(Auditor auditor) { return static_cast<std::size_t>(auditor); }

// What an auditor was served, and said.
struct Audited {
  std::vector<Digest> served;
  AuditOutcome outcome;
};

class TamperAuditTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    memories_ = std::make_unique<TempFolder>();
    receipts_.clear();
    rig_ = std::make_unique<TamperRig>([](TestArchive& archive) { Remember(archive, Auditor::kFromHalf); });
    keyring_ = std::make_shared<Keyring>(rig_->log.keyring());
    TestArchive& archive = rig_->log.archive();
    ASSERT_TRUE(archive.StartCatalog().ok());  // only so that a server has one
    Remember(archive, Auditor::kFromWhole);
    running_ = TamperServer::Start(rig_->store.reader(), archive);
    ASSERT_NE(running_, nullptr);
    for (const Auditor auditor : kAuditors) {
      const Audited sound = Audit(auditor, *running_);
      ASSERT_TRUE(sound.outcome.is_silent()) << sound.outcome.Text();
      ASSERT_FALSE(sound.served.empty());
      sound_[At(auditor)] = sound.served;
    }
  }
  static void TearDownTestSuite() {
    running_.reset();
    rig_.reset();
    memories_.reset();
  }

  static std::string MemoryOf(Auditor auditor) { return *memories_ / kAuditorNames.at(At(auditor)); }

  // The auditor audits the archive as it is now; its receipts go to the holder.
  static void Remember(TestArchive& archive, Auditor auditor) {
    const std::unique_ptr<TamperServer> server = TamperServer::Start(archive.store(), archive);
    ASSERT_NE(server, nullptr);
    const AuditOutcome outcome = RunAudit(
        {.server = server->address(), .log_key = archive.log().vkey(), .state_dir = MemoryOf(auditor)});
    ASSERT_TRUE(outcome.is_silent()) << outcome.Text();
    const std::shared_ptr<const PublishedTree> tree = archive.sequencer().tree();
    for (std::size_t i = 1; i <= kReceipts; ++i) {
      receipts_.push_back(ReadReceipt(archive.store(), *tree, tree->checkpoint.tree_size - i * 30).value());
    }
  }

  // With what he remembers of the sound log, whatever was audited since.
  static Audited Audit(Auditor auditor, TamperServer& server, CheckParts left_out = {}) {
    const TempFolder folder;
    const std::string state = folder / "state";
    if (std::filesystem::exists(MemoryOf(auditor))) {
      std::filesystem::copy(MemoryOf(auditor), state, std::filesystem::copy_options::recursive);
    }
    const bool is_holder = auditor == Auditor::kHolder;
    const bool has_keys = auditor == Auditor::kStranger;
    server.served().Take();
    AuditOutcome outcome = RunAudit({.server = server.address(),
                                     .log_key = rig_->log.archive().log().vkey(),
                                     .state_dir = state,
                                     .with_articles = !is_holder,
                                     .keyring = has_keys ? keyring_ : nullptr,
                                     .receipts = is_holder ? receipts_ : std::vector<v1::Receipt>(),
                                     .left_out = left_out});
    return {server.served().Take(), std::move(outcome)};
  }

  // On the store as it is now. Null: none starts on it.
  static std::unique_ptr<TamperServer> Restart() {
    return TamperServer::Start(rig_->store.reader(), rig_->log.archive());
  }

  static bool IsServedAsBefore(Auditor auditor, const Audited& audited) {
    return audited.served == sound_[At(auditor)];
  }

  static std::unique_ptr<TempFolder> memories_;
  static std::vector<v1::Receipt> receipts_;
  static std::shared_ptr<const Keyring> keyring_;
  static std::unique_ptr<TamperRig> rig_;
  static std::unique_ptr<TamperServer> running_;  // since before anything was spoilt
  static std::array<std::vector<Digest>, kAuditors.size()> sound_;
};

std::unique_ptr<TempFolder> TamperAuditTest::memories_;
std::vector<v1::Receipt> TamperAuditTest::receipts_;
std::shared_ptr<const Keyring> TamperAuditTest::keyring_;
std::unique_ptr<TamperRig> TamperAuditTest::rig_;
std::unique_ptr<TamperServer> TamperAuditTest::running_;
std::array<std::vector<Digest>, kAuditors.size()> TamperAuditTest::sound_;

// Of one kind: how often a server started on it, how often an auditor was served something else, and how
// often he said so.
struct Row {
  std::size_t spoilings = 0;
  std::size_t started = 0;
  std::array<std::size_t, kAuditors.size()> served = {};
  std::array<std::size_t, kAuditors.size()> found = {};
};

// What must be said of a spoiling by one who was served something else than before.
enum class MustSay { kNothing, kSomething, kAlarm, kEither };

// A server that ran before does not serve what was done to the store as a whole, but pieces of it.
MustSay WhatToSay(const Spoiling& spoiling, Auditor auditor, bool is_restarted) {
  if (!is_restarted) return MustSay::kSomething;
  if (spoiling.is_past) {
    if (auditor == Auditor::kStranger) return MustSay::kNothing;
    // What came behind what he remembers may be anything.
    return auditor == Auditor::kFromHalf ? MustSay::kEither : MustSay::kAlarm;
  }
  // Only with the envelope's key.
  const bool is_sealed = spoiling.part == CheckPart::kEnvelope && auditor == Auditor::kFromHalf;
  return is_sealed ? MustSay::kEither : MustSay::kSomething;
}

void ExpectSaid(MustSay must, const AuditOutcome& said) {
  switch (must) {
    case MustSay::kNothing:
      EXPECT_TRUE(said.is_silent()) << said.Text();
      return;
    case MustSay::kSomething:
      EXPECT_FALSE(said.is_silent());
      return;
    case MustSay::kAlarm:
      EXPECT_TRUE(said.is_alarm) << said.Text();
      return;
    case MustSay::kEither:
      return;
  }
}

TEST_F(TamperAuditTest, WhatIsServedOtherwiseIsFound) {
  std::map<std::string, Row> table;
  Row all;
  for (std::size_t i = 0; i < rig_->spoilings.size(); i += kTamperStride) {
    const Spoiling& spoiling = rig_->spoilings[i];
    SCOPED_TRACE(fmt::format("spoiling {}, {}", i, spoiling.kind));
    spoiling.apply();
    const std::unique_ptr<TamperServer> restarted = Restart();
    Row row{.spoilings = 1, .started = restarted == nullptr ? 0u : 1u};
    for (TamperServer* const server : {running_.get(), restarted.get()}) {
      for (const Auditor auditor : kAuditors) {
        if (server == nullptr) continue;
        SCOPED_TRACE(fmt::format("{}, {}", kAuditorNames.at(At(auditor)),
                                 server == running_.get() ? "running" : "restarted"));
        const Audited audited = Audit(auditor, *server);
        const AuditOutcome& said = audited.outcome;
        if (IsServedAsBefore(auditor, audited)) {
          EXPECT_TRUE(said.is_silent()) << said.Text();
          continue;
        }
        ++row.served.at(At(auditor));
        if (!said.is_silent()) ++row.found.at(At(auditor));
        ExpectSaid(WhatToSay(spoiling, auditor, server != running_.get()), said);
      }
    }
    rig_->store.Mend();
    for (Row* const sum : {&table[spoiling.kind], &all}) {
      sum->spoilings += row.spoilings;
      sum->started += row.started;
      for (const Auditor auditor : kAuditors) {
        sum->served.at(At(auditor)) += row.served.at(At(auditor));
        sum->found.at(At(auditor)) += row.found.at(At(auditor));
      }
    }
  }
  table["all"] = all;
  fmt::print("{:<48} {:>6} {:>7} {:>11} {:>11} {:>11} {:>11}\n", "spoilt: found of served otherwise", "times",
             "started", kAuditorNames[0], kAuditorNames[1], kAuditorNames[2], kAuditorNames[3]);
  for (const auto& [kind, row] : table) {
    fmt::print("{:<48} {:>6} {:>7}", kind, row.spoilings, row.started);
    for (const Auditor auditor : kAuditors) {
      fmt::print(" {:>11}", fmt::format("{}/{}", row.found.at(At(auditor)), row.served.at(At(auditor))));
    }
    fmt::print("\n");
  }
  for (const Auditor auditor : kAuditors) EXPECT_GT(all.found.at(At(auditor)), 0u);
}

// The part of an audit that is there for a spoiling, and what it says; nothing: it is none of an audit's.
std::optional<Spoiling> ForAudit(Spoiling spoiling) {
  if (spoiling.kind.ends_with("tiles rebuilt")) {
    // No proof leads to what was signed any more: so it is found, but not where.
    spoiling.part = CheckPart::kRoot;
    spoiling.codes = {v1::FINDING_CODE_ROOT_MISMATCH};
    spoiling.index = 0;
    return spoiling;
  }
  if (spoiling.is_past || spoiling.part > CheckPart::kLeaves) return std::nullopt;
  if (spoiling.part == CheckPart::kLeaves) spoiling.part = CheckPart::kRoot;
  return spoiling;
}

// Without a part of an audit, what it is there for is missed, and some of it in all ways.
TEST_F(TamperAuditTest, EachPartIsThereForSomething) {
  const std::size_t most = kTamperStride == 1 ? rig_->spoilings.size() : 1;  // with a sanitizer
  std::map<CheckPart, std::array<std::size_t, 2>> table;                     // tried; nothing is found
  std::map<std::string, std::size_t> of_kind;
  for (const Spoiling& any : rig_->spoilings) {
    const std::optional<Spoiling> spoiling = ForAudit(any);
    if (!spoiling || of_kind[any.kind]++ >= most) continue;
    const std::string_view without = kPartNames.at(static_cast<std::size_t>(spoiling->part));
    SCOPED_TRACE(fmt::format("without {}, {}", without, spoiling->kind));
    spoiling->apply();
    const std::unique_ptr<TamperServer> restarted = Restart();
    TamperServer& server = restarted == nullptr ? *running_ : *restarted;
    CheckParts left_out;
    // No server starts with a KeyEvent that is none: it is only seen beside the root of before.
    if (spoiling->part == CheckPart::kKeyForm) left_out.Add(CheckPart::kRoot);
    const AuditOutcome whole = Audit(Auditor::kStranger, server, left_out).outcome;
    left_out.Add(spoiling->part);
    const AuditOutcome less = Audit(Auditor::kStranger, server, left_out).outcome;
    rig_->store.Mend();
    EXPECT_TRUE(IsNamed(whole.findings, *spoiling)) << whole.Text().substr(0, 2000);
    EXPECT_FALSE(IsNamed(less.findings, *spoiling)) << less.Text().substr(0, 2000);
    ++table[spoiling->part][0];
    table[spoiling->part][1] += less.is_silent() ? 1 : 0;
  }
  fmt::print("{:<20} {:>9} {:>17}\n", "an audit without", "not named", "nothing is found");
  for (const auto& [part, counts] : table) {
    const std::string_view without = kPartNames.at(static_cast<std::size_t>(part));
    fmt::print("{:<20} {:>9} {:>17}\n", without, counts[0], counts[1]);
    EXPECT_GT(counts[1], 0u) << "another part finds all that is found by: " << without;
  }
  // All of an entry and its article, and the root.
  EXPECT_EQ(table.size(), static_cast<std::size_t>(CheckPart::kLeaves) + 1);
}

// Who has nothing but receipts sees another past by them alone.
TEST_F(TamperAuditTest, ReceiptsAreThereForAnotherPast) {
  std::size_t pasts = 0;
  for (const Spoiling& spoiling : rig_->spoilings) {
    if (!spoiling.is_past) continue;
    SCOPED_TRACE(spoiling.kind);
    spoiling.apply();
    const std::unique_ptr<TamperServer> restarted = Restart();
    ASSERT_NE(restarted, nullptr);
    const AuditOutcome whole = Audit(Auditor::kHolder, *restarted).outcome;
    const AuditOutcome less = Audit(Auditor::kHolder, *restarted, {CheckPart::kReceipts}).outcome;
    rig_->store.Mend();
    EXPECT_TRUE(whole.is_alarm) << whole.Text().substr(0, 2000);
    EXPECT_TRUE(less.is_silent()) << less.Text().substr(0, 2000);
    ++pasts;
  }
  EXPECT_EQ(pasts, 5u);
}

}  // namespace
}  // namespace chirograph::tamper_audit_test
