// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_LIST_CURSOR_H_
#define CHIROGRAPH_SERVICE_LIST_CURSOR_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "chirograph/v1/listing.pb.h"
#include "service/archive.h"
#include "service/catalog_query.h"
#include "service/receipt_builder.h"

namespace chirograph {

// Bytes of a message of a list, unless it has one article alone.
inline constexpr std::size_t kMaxListMessageBytes = std::size_t{1} << 20;

// Which list, and how it is sent.
struct ListPlan {
  // A page of the list behind a position, as Catalog::List.
  std::function<absl::StatusOr<CatalogPage>(std::string_view position, const PageLimits& limits)> next_page;
  std::string question;  // for its resume tokens
  std::uint64_t tree_size = 0;
  std::string position;     // empty: from the first
  std::uint64_t limit = 0;  // 0: none
  v1::ArticleView view = v1::ARTICLE_VIEW_RECORD;
  std::size_t reserved_bytes = 0;  // of what the caller adds to each message
};

// What one message has, whichever it is.
struct ListPart {
  std::vector<v1::ListedArticle> articles;
  std::shared_ptr<const PublishedTree> tree;  // that the receipts are under
  std::string resume_token;
  bool is_last = false;
};

// A list in the making, message by message: between two of them it holds the indexes of a page, and no
// article. Not thread-safe.
class ListCursor {
 public:
  ListCursor(const Archive& archive, ListPlan plan) : archive_(archive), plan_(std::move(plan)) {}

  // The next message; nothing where the search has found none yet: ask again, after others had their turn.
  // Errors, with their ErrorReason: those of the catalog, STORE_DAMAGED, STORE_UNAVAILABLE. Not after the
  // last message or an error.
  absl::StatusOr<std::optional<ListPart>> Next();

 private:
  absl::Status Search();
  absl::StatusOr<v1::ListedArticle> Read(const CatalogHit& hit, ReceiptMaker& receipts) const;
  bool IsAtLimit() const { return plan_.limit > 0 && sent_ >= plan_.limit; }

  const Archive& archive_;
  const ListPlan plan_;
  std::string position_ = plan_.position;  // behind what was found
  bool searched_ = false;                  // to the end
  std::deque<CatalogHit> found_;
  std::uint64_t sent_ = 0;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_LIST_CURSOR_H_
