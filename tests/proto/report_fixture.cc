// SPDX-License-Identifier: Apache-2.0
#include "tests/proto/report_fixture.h"

#include "absl/time/civil_time.h"
#include "crypto/checkpoint.h"
#include "crypto/note.h"
#include "proto/finding.h"

namespace chirograph {

absl::Time InMonth(int year, int month) {
  return absl::FromCivil(absl::CivilDay(year, month, 12), absl::UTCTimeZone());
}

CheckReport MakeReport() {
  const NoteSigner signer = NoteSigner::Generate(kReportOrigin).value();
  CheckReport report;
  report.software = "chirograph 0.1.0";
  report.archive = "127.0.0.1:7443";
  report.started = absl::FromCivil(absl::CivilSecond(2026, 11, 23, 8, 1, 15), absl::UTCTimeZone());
  report.ended = report.started + absl::Minutes(4);
  report.origin = std::string(kReportOrigin);
  report.verifier_key = signer.verifier().vkey();
  report.checkpoint = {std::string(kReportOrigin), 1204, Sha256("root"), {}};
  report.checkpoint_note = SignCheckpoint(report.checkpoint, signer).value();
  report.next_index = 1204;
  report.keys = KeySource::kLog;
  report.articles = 30;
  report.key_events = 2;
  report.verified_by_log_keys = 20;
  report.receipts = 3;
  for (int i = 0; i < 20; ++i)
    report.at_ingest.Add("news.example", InMonth(2026, 9 + i % 3), Verdict::kValid);
  for (int i = 0; i < 10; ++i) report.at_ingest.Add("blog.example", InMonth(2026, 11), Verdict::kUnsigned);
  report.steps = {{"Repeat it.", "chirograph audit --full --server 127.0.0.1:7443\n"}};
  return report;
}

v1::Finding ContentMismatch(std::uint64_t index) {
  return MakeFinding(v1::FINDING_CODE_CONTENT_MISMATCH, index, "sha256:4555", "sha256:ae3f");
}

CheckReport MakeFullReport() {
  CheckReport report = MakeReport();
  report.first_index = 1000;
  report.keys = KeySource::kKeyring;
  report.now.Add(Verdict::kValid, 18);
  report.verified_by_keyring = 18;
  report.verified_by_log_keys = 2;
  AddFinding(ContentMismatch(1041), report);
  v1::Finding receipt = MakeFinding(v1::FINDING_CODE_RECEIPT_NOT_HONOURED, 1100, "the entry", "another");
  receipt.set_subject("/home/<b>eve</b>/\x1b[2J.tlog-proof");
  AddFinding(receipt, report);
  v1::Finding tile;
  tile.set_code(v1::FINDING_CODE_TILE_MISMATCH);
  AddFinding(tile, report);
  AddUncheckedReceipt("/home/<i>eve</i>.tlog-proof", "is no receipt: \x1b[2J", report);
  AddEarlierFinding(ContentMismatch(7), report);
  report.earlier_finding_count = 2;
  report.earlier_check = InMonth(2026, 10);
  report.alarm = CheckAlarm{"two root hashes for tree size 1204", "It convicts the log's key.\nKeep it.",
                            "/state/evidence/1", report.checkpoint_note, report.checkpoint_note};
  report.not_finished = "the log contradicts what it signed before";
  report.at_ingest.Add("", InMonth(2026, 11), Verdict::kUnknownKey);
  report.at_ingest.Add(std::nullopt, InMonth(2026, 11), Verdict::kInvalid);
  return report;
}

std::size_t CountOf(std::string_view part, std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + part.size())) {
    ++count;
  }
  return count;
}

}  // namespace chirograph
