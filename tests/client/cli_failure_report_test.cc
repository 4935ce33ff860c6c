// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/failure_report.h"
#include "crypto/source_position.h"
#include "nlohmann/json.hpp"
#include "tests/client/cli_fake_archive.h"
#include "tests/client/cli_fake_host.h"

namespace chirograph::cli_failure_report_test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Failure AlarmIn(const std::string& evidence_dir) {
  Alarm alarm;
  alarm.kind = AlarmKind::kTwoRoots;
  alarm.message = "two roots at tree size 9";
  alarm.evidence_dir = evidence_dir;
  if (evidence_dir.empty()) alarm.evidence_status = absl::UnavailableError("the disk is full");
  return Alarmed(alarm);
}

Failure Untrusted() {
  Failure failure = CouldNot(absl::UnauthenticatedError("nobody trusts it"));
  failure.kind = FailureKind::kUntrusted;
  return failure;
}

class CliFailureReportTest : public testing::Test {
 protected:
  ExitCode Report(const Failure& failure, bool as_json) {
    host_.out.clear();
    host_.err.clear();
    Console console(host_);
    console.set_json(as_json);
    return ReportFailure(failure, console);
  }

  FakeHost host_;
};

TEST_F(CliFailureReportTest, ACommandThatCouldNotSaysSoOnStandardErrorAndReturnsThree) {
  EXPECT_EQ(Report(CouldNot(absl::UnavailableError("no route")), false), ExitCode::kCouldNot);
  EXPECT_EQ(host_.err, "chirograph: no route\n");
  EXPECT_EQ(host_.out, "");
}

TEST_F(CliFailureReportTest, WithJsonItIsTheOnlyAnswer) {
  EXPECT_EQ(Report(CouldNot(ErrorAt({4, 1}, "twice")), true), ExitCode::kCouldNot);
  EXPECT_EQ(host_.out, R"({"error":{"message":"twice","line":4,"column":1,"kind":"COULD_NOT","reason":null,)"
                       R"("evidenceDir":null}})"
                       "\n");
  EXPECT_EQ(host_.err, "");
}

TEST_F(CliFailureReportTest, TheServersReasonIsThereWithoutItsPrefix) {
  const Failure failure = ServerError(absl::StatusCode::kResourceExhausted, v1::ERROR_REASON_QUEUE_FULL);
  Report(failure, true);
  EXPECT_EQ(json::parse(host_.out)["error"]["reason"], "QUEUE_FULL");
}

TEST_F(CliFailureReportTest, AServerThatGivesNoReasonHasNull) {
  Failure failure = ServerError(absl::StatusCode::kUnavailable, v1::ERROR_REASON_QUEUE_FULL);
  failure.server_error->reason.reset();
  EXPECT_TRUE(FailureJson(failure)["reason"].is_null());
}

TEST_F(CliFailureReportTest, AnAnswerThatDoesNotCheckIsToldFromANetworkThatFails) {
  EXPECT_EQ(Report(DoesNotCheck("forged"), false), ExitCode::kCouldNot);
  EXPECT_EQ(host_.err, "chirograph: the archive's answer does not check: forged\n");
  EXPECT_EQ(Report(DoesNotCheck("forged"), true), ExitCode::kCouldNot);
  EXPECT_EQ(json::parse(host_.out)["error"]["kind"], "DOES_NOT_CHECK");
}

TEST_F(CliFailureReportTest, WhatIsForThePersonToDecideIsUsageAndOnStandardErrorAlone) {
  for (const Failure& failure : {BadOptions(absl::InvalidArgumentError("no such port")), Untrusted()}) {
    for (const bool as_json : {false, true}) {
      EXPECT_EQ(Report(failure, as_json), ExitCode::kUsage);
      EXPECT_EQ(host_.err, "chirograph: " + std::string(failure.status.message()) + "\n");
      EXPECT_EQ(host_.out, "");
    }
  }
}

TEST_F(CliFailureReportTest, AnAlarmReturnsFourAndSaysWhereTheEvidenceIsAndWhatItProves) {
  EXPECT_EQ(Report(AlarmIn("/state/evidence/1"), false), ExitCode::kAlarm);
  EXPECT_THAT(
      host_.err,
      AllOf(StartsWith("chirograph: ALARM: the log contradicts what it signed before: "),
            HasSubstr("two roots at tree size 9"), HasSubstr("Evidence: /state/evidence/1\n"),
            HasSubstr(std::string(AlarmProofText(AlarmKind::kTwoRoots))), HasSubstr("Keep the evidence")));
  EXPECT_EQ(host_.out, "");
}

TEST_F(CliFailureReportTest, WithJsonAnAlarmIsSaidOnStandardErrorBesides) {
  EXPECT_EQ(Report(AlarmIn("/state/evidence/1"), true), ExitCode::kAlarm);
  EXPECT_EQ(json::parse(host_.out)["error"]["kind"], "ALARM");
  EXPECT_EQ(json::parse(host_.out)["error"]["evidenceDir"], "/state/evidence/1");
  EXPECT_THAT(host_.err, AllOf(HasSubstr("ALARM"), HasSubstr("Evidence: /state/evidence/1")));
}

TEST_F(CliFailureReportTest, EvidenceThatCouldNotBeWrittenIsSaidWithTheCause) {
  EXPECT_EQ(Report(AlarmIn(""), true), ExitCode::kAlarm);
  EXPECT_TRUE(json::parse(host_.out)["error"]["evidenceDir"].is_null());
  EXPECT_THAT(host_.err, AllOf(HasSubstr("the evidence could not be written: the disk is full"),
                               Not(HasSubstr("Evidence: "))));
}

TEST_F(CliFailureReportTest, WhatAServerSaysCannotDriveTheTerminal) {
  Report(CouldNot(absl::UnavailableError("a\x1b[2Jb")), false);
  EXPECT_THAT(host_.err, Not(HasSubstr("\x1b")));
  Report(AlarmIn("/s\x1b[2J"), false);
  EXPECT_THAT(host_.err, Not(HasSubstr("\x1b")));
}

TEST_F(CliFailureReportTest, AFileThatFailedIsNamedOnce) {
  Console console(host_);
  const absl::Status status = absl::UnavailableError("a.md: the disk is full");
  EXPECT_EQ(ReportFileFailure("a.md", status, console), ExitCode::kCouldNot);
  EXPECT_EQ(host_.err, "chirograph: a.md: the disk is full\n");
  console.set_json(true);
  EXPECT_EQ(ReportFileFailure("a.md", status, console), ExitCode::kCouldNot);
  EXPECT_EQ(json::parse(host_.out)["path"], "a.md");
  EXPECT_EQ(json::parse(host_.out)["error"]["message"], "the disk is full");
}

}  // namespace
}  // namespace chirograph::cli_failure_report_test
