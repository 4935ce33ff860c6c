// SPDX-License-Identifier: Apache-2.0
#include "service/internal/check_outcomes.h"

#include <string>
#include <utility>

#include "proto/enum_conversion.h"

namespace chirograph {
namespace {

void Cut(std::string* text) {
  if (text->size() <= CheckOutcomes::kMaxTextBytes) return;
  std::size_t end = CheckOutcomes::kMaxTextBytes;
  while (end > 0 && (static_cast<unsigned char>((*text)[end]) & 0xc0U) == 0x80U) --end;  // not in a character
  text->resize(end);
  *text += "...";
}

v1::SignatureCheck ToProto(SignatureStanding standing) {
  switch (standing) {
    case SignatureStanding::kVerified:
      return v1::SIGNATURE_CHECK_VERIFIED;
    case SignatureStanding::kNotVerified:
      return v1::SIGNATURE_CHECK_NOT_VERIFIED;
    case SignatureStanding::kNone:
      break;
  }
  return v1::SIGNATURE_CHECK_NONE;
}

v1::Verdict VerdictNow(const ArticleCheck& article) {
  return article.verdict_now ? ToProto(*article.verdict_now) : v1::VERDICT_UNSPECIFIED;
}

}  // namespace

v1::ArticleStanding StandingOf(v1::Verdict at_ingest, v1::Verdict now) {
  if (now == v1::VERDICT_UNSPECIFIED) return v1::ARTICLE_STANDING_UNSPECIFIED;
  const bool was_valid = at_ingest == v1::VERDICT_VALID;
  if (now == v1::VERDICT_VALID) {
    return was_valid ? v1::ARTICLE_STANDING_VALID_NOW : v1::ARTICLE_STANDING_VALID_SINCE;
  }
  if (!was_valid) return v1::ARTICLE_STANDING_NOT_VALID;
  return now == v1::VERDICT_KEY_REVOKED ? v1::ARTICLE_STANDING_KEY_REVOKED_SINCE
                                        : v1::ARTICLE_STANDING_VALID_WHEN_INGESTED;
}

void CheckOutcomes::Found(v1::Finding finding) {
  ++findings_;
  ++by_code_[finding.code()];
  Cut(finding.mutable_subject());
  Cut(finding.mutable_expected());
  Cut(finding.mutable_found());
  waiting_.push_back(std::move(finding));
}

void CheckOutcomes::Count(const CheckedEntry& checked) {
  if (!checked.entry) return;
  if (checked.entry->has_key_event()) {
    ++key_events_;
    return;
  }
  ++articles_;
  const v1::Verdict at_ingest = checked.entry->article_record().verdict_at_ingest();
  ++at_ingest_[at_ingest];
  if (!checked.article) return;
  if (checked.article->signature == SignatureStanding::kVerified) ++signatures_verified_;
  if (!checked.article->verdict_now) return;
  const v1::Verdict now = VerdictNow(*checked.article);
  ++now_[now];
  ++standings_[StandingOf(at_ingest, now)];
}

v1::CheckedArticle CheckOutcomes::OutcomeOf(const CheckedEntry& checked, std::uint32_t findings) {
  v1::CheckedArticle outcome;
  const v1::ArticleRecord& record = checked.entry->article_record();
  outcome.set_index(checked.index);
  outcome.set_verdict_at_ingest(record.verdict_at_ingest());
  outcome.set_reason_at_ingest(record.reason_at_ingest());
  if (record.has_ingest_time()) *outcome.mutable_ingest_time() = record.ingest_time();
  outcome.set_signature(v1::SIGNATURE_CHECK_NONE);
  outcome.set_finding_count(findings);
  if (!checked.article) return outcome;
  const ArticleCheck& article = *checked.article;
  outcome.set_verdict_now(VerdictNow(article));
  if (article.reason_now) outcome.set_reason_now(ToProto(*article.reason_now));
  outcome.set_standing(StandingOf(record.verdict_at_ingest(), outcome.verdict_now()));
  outcome.set_signature(ToProto(article.signature));
  if (article.opening) outcome.set_publisher_domain(article.publisher_domain);
  return outcome;
}

bool CheckOutcomes::TakeFindings(v1::CheckArchiveResponse* message) {
  for (std::size_t bytes = 0; !waiting_.empty(); waiting_.pop_front()) {
    bytes += waiting_.front().ByteSizeLong() + 8;
    if (bytes > kMaxFindingBytes) return false;
    *message->add_findings() = std::move(waiting_.front());
  }
  return true;
}

void CheckOutcomes::Summarize(v1::CheckSummary* summary) const {
  summary->set_articles(articles_);
  summary->set_key_events(key_events_);
  summary->set_signatures_verified(signatures_verified_);
  summary->set_findings(findings_);
  for (const auto& [verdict, articles] : at_ingest_) {
    v1::VerdictCount& count = *summary->add_at_ingest();
    count.set_verdict(verdict);
    count.set_articles(articles);
  }
  for (const auto& [verdict, articles] : now_) {
    v1::VerdictCount& count = *summary->add_now();
    count.set_verdict(verdict);
    count.set_articles(articles);
  }
  for (const auto& [standing, articles] : standings_) {
    v1::StandingCount& count = *summary->add_standings();
    count.set_standing(standing);
    count.set_articles(articles);
  }
  for (const auto& [code, findings] : by_code_) {
    v1::FindingCount& count = *summary->add_findings_by_code();
    count.set_code(code);
    count.set_findings(findings);
  }
}

}  // namespace chirograph
