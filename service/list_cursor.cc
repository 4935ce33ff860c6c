// SPDX-License-Identifier: Apache-2.0
#include "service/list_cursor.h"

#include <algorithm>
#include <iterator>

#include "crypto/limits.h"
#include "proto/rpc_error.h"
#include "service/article_payload.h"
#include "service/page_lookup.h"
#include "service/receipt_builder.h"
#include "service/resume_token.h"

namespace chirograph {
namespace {

// Of a message, for its numbers and what goes before each field.
constexpr std::size_t kMessageOverhead = 64;
constexpr std::size_t kArticleOverhead = 8;
// A prover keeps what tiles it has read: some for each article, where these are far from each other.
constexpr std::size_t kArticlesPerProver = 64;

}  // namespace

absl::Status ListCursor::Search() {
  PageLimits limits;
  if (plan_.limit > 0) {
    limits.hits = static_cast<std::size_t>(std::min<std::uint64_t>(limits.hits, plan_.limit - sent_));
  }
  absl::StatusOr<CatalogPage> page = plan_.next_page(position_, limits);
  if (!page.ok()) return page.status();
  std::move(page->hits.begin(), page->hits.end(), std::back_inserter(found_));
  position_ = std::move(page->position);
  searched_ = page->end;
  return absl::OkStatus();
}

absl::StatusOr<v1::ListedArticle> ListCursor::Read(const CatalogHit& hit, ReceiptMaker& receipts) const {
  absl::StatusOr<v1::Receipt> receipt = receipts.Read(hit.index);
  if (!receipt.ok()) {
    if (ReasonOf(receipt.status()) != v1::ERROR_REASON_NOT_AN_ARTICLE) return receipt.status();
    return archive_.catalog.ReportDamage(std::string(receipt.status().message()));
  }
  if (absl::Status status = CheckHit(archive_.catalog, hit, *receipt); !status.ok()) return status;
  v1::ListedArticle listed;
  *listed.mutable_receipt() = *std::move(receipt);
  if (absl::Status status = AddPayload(archive_.store, plan_.view, &listed); !status.ok()) return status;
  return listed;
}

absl::StatusOr<std::optional<ListPart>> ListCursor::Next() {
  const std::shared_ptr<const PublishedTree> tree = archive_.sequencer.tree();
  ListPart part{.tree = tree};
  std::size_t bytes =
      kMessageOverhead + limits::kMaxResumeTokenBytes + tree->note.size() + plan_.reserved_bytes;
  std::string position;  // behind the last article of this message
  bool has_searched = false;
  std::optional<ReceiptMaker> receipts;
  for (;;) {
    if (found_.empty() && !searched_ && !IsAtLimit()) {
      if (has_searched) break;
      if (absl::Status status = Search(); !status.ok()) return status;
      has_searched = true;
    }
    if (found_.empty() || IsAtLimit()) break;
    if (part.articles.size() % kArticlesPerProver == 0) receipts.emplace(archive_.store, *tree);
    absl::StatusOr<v1::ListedArticle> listed = Read(found_.front(), *receipts);
    if (!listed.ok()) return listed.status();
    bytes += listed->ByteSizeLong() + kArticleOverhead;
    // One that does not fit is read again for the next message: it may be under another checkpoint.
    if (bytes > kMaxListMessageBytes && !part.articles.empty()) break;
    part.articles.push_back(*std::move(listed));
    position = std::move(found_.front().position);
    found_.pop_front();
    ++sent_;
  }
  const bool has_ended = searched_ && found_.empty();
  part.is_last = has_ended || IsAtLimit();
  if (part.articles.empty() && !part.is_last) return std::nullopt;
  if (!has_ended) part.resume_token = MakeResumeToken(plan_.question, {plan_.tree_size, std::move(position)});
  return part;
}

}  // namespace chirograph
