// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/audit_printer.h"
#include "nlohmann/json.hpp"
#include "proto/finding.h"
#include "tests/client/cli_run.h"

namespace chirograph::cli_audit_printer_test {
namespace {

using testing::HasSubstr;
using testing::Not;

class CliAuditPrinterTest : public testing::Test {
 protected:
  CliAuditPrinterTest() : context_(host_) {
    summary_.checkpoint = {"log.example", 100, {}, {}};
    summary_.next_index = 100;
    summary_.is_complete = true;
    summary_.articles = 90;
    summary_.at_ingest = {{Verdict::kValid, 60}, {Verdict::kUnsigned, 30}};
  }

  FakeHost host_;
  CommandContext context_;
  AuditSummary summary_;
};

TEST_F(CliAuditPrinterTest, NamesBothSortsOfKeysWhereThereAreBoth) {
  summary_.verified_by_keyring = 50;
  summary_.verified_by_log_keys = 10;
  summary_.now = {{Verdict::kValid, 50}};
  AuditPrinter(context_, true, true).Summarize(summary_);
  EXPECT_THAT(host_.out, HasSubstr("50 genuine, by keys in your keyring"));
  EXPECT_THAT(host_.out, HasSubstr("10 genuine, by keys that the log names"));
  EXPECT_THAT(host_.out, HasSubstr("Articles   90: 60 VALID, 30 UNSIGNED"));
}

TEST_F(CliAuditPrinterTest, OneThatWasStoppedClaimsNothingOfTheTree) {
  summary_.is_complete = false;
  summary_.next_index = 40;
  summary_.resume_index = 38;
  AuditPrinter(context_, false, true).Summarize(summary_);
  EXPECT_THAT(host_.out, Not(HasSubstr("Tree")));
  EXPECT_THAT(host_.out, Not(HasSubstr("Receipts")));
  EXPECT_THAT(host_.out, HasSubstr("stopped at 40 of 100 entries; run the same again to go on from #38"));
}

TEST_F(CliAuditPrinterTest, SaysThatItGoesOnWithOneOfAll) {
  AuditPrinter(context_, false, true).Summarize(summary_);
  EXPECT_THAT(host_.out, Not(HasSubstr("--full")));
  summary_.is_full = true;
  summary_.first_index = 40;
  AuditPrinter(context_, false, true).Summarize(summary_);
  EXPECT_THAT(host_.out, HasSubstr("goes on with the audit of all (--full) that did not end"));
  EXPECT_TRUE(AuditJson(summary_)["full"]);
}

TEST_F(CliAuditPrinterTest, WhatAStrangerWroteCannotMoveTheCursor) {
  v1::Finding finding = MakeFinding(v1::FINDING_CODE_URL_MISMATCH, 1, "a", "\x1b[2J");
  AuditPrinter(context_, false, true).Found(finding);
  EXPECT_THAT(host_.out, HasSubstr("\\x1b[2J"));
}

TEST_F(CliAuditPrinterTest, AFindingWithoutAnEntryHasNoIndex) {
  v1::Finding finding;
  finding.set_code(v1::FINDING_CODE_TILE_MISMATCH);
  finding.set_subject("tile/1/000");
  const nlohmann::ordered_json json = FindingJson(finding);
  EXPECT_TRUE(json["index"].is_null());
  EXPECT_EQ(json["subject"], "tile/1/000");
  EXPECT_TRUE(json["expected"].is_null());
}

}  // namespace
}  // namespace chirograph::cli_audit_printer_test
