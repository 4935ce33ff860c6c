// SPDX-License-Identifier: Apache-2.0
#include "service/internal/check_run.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "crypto/parallel.h"
#include "crypto/random.h"
#include "proto/finding.h"
#include "proto/stored_format.h"
#include "service/internal/edge_check.h"
#include "service/internal/stored_article.h"

namespace chirograph {
namespace {

constexpr std::size_t kSecretBytes = 32;
// Keys that cost what one article costs, for the pace.
constexpr std::uint64_t kKeysPerArticle = 64;
// Of tables, read at once.
constexpr std::size_t kLookupPageBytes = std::size_t{256} << 10;
// Entries without articles, read at once.
constexpr std::uint64_t kPastEntries = 4096;

// As the check has it, which moves out what it knows.
LoadedEntry TakeLoaded(CheckedEntry& checked) {
  LoadedEntry loaded{.entry = checked.entry, .opening = {}, .content = {}};
  if (!checked.article) return loaded;
  loaded.opening = std::move(checked.article->opening);
  loaded.content = std::move(checked.article->content);
  return loaded;
}

// Why a part is missing, where the store said it.
void Explain(const StoredParts& parts, v1::Finding* finding) {
  const auto explain = [finding](const absl::StatusOr<std::string>& part) {
    if (!part.ok() && finding->found().empty()) finding->set_found(std::string(part.status().message()));
  };
  if (finding->code() == v1::FINDING_CODE_ENTRY_MISSING) explain(parts.log_entry);
  if (finding->code() == v1::FINDING_CODE_OPENING_MISSING) explain(parts.opening);
  if (finding->code() == v1::FINDING_CODE_CONTENT_MISSING) explain(parts.content);
}

}  // namespace

CheckRun::CheckRun(ArchiveToCheck archive, const ArchiveCheckOptions& options, const Clock& clock)
    : archive_(std::move(archive)),
      options_(options),
      clock_(clock),
      begun_at_(clock.Now()),
      end_index_(options_.end_index.value_or(archive_.tree_size)),
      pace_(begun_at_, options_.max_articles_per_second),
      tables_(*archive_.log, archive_.catalog) {}

absl::StatusOr<v1::CheckArchiveResponse> CheckRun::Next() {
  v1::CheckArchiveResponse message;
  // What was found before is told before anything else is looked for.
  const absl::Time began = clock_.Now();
  if (!report_.has_findings() && began >= pace_.not_before()) {
    const absl::StatusOr<std::uint64_t> units = Work(&message);
    if (!units.ok()) return units.status();
    pace_.Spend(*units, began);
  }
  const bool all = report_.TakeFindings(&message);
  if (stage_ == Stage::kDone) {
    if (all) Summarize(&message);
  } else if (pace_.TellNow(clock_.Now())) {
    *message.mutable_progress() = Progress();
  }
  return message;
}

absl::StatusOr<std::uint64_t> CheckRun::Work(v1::CheckArchiveResponse* message) {
  absl::Status status;
  switch (stage_) {
    case Stage::kBegin:
      status = Begin();
      break;
    case Stage::kPast:
      return ReadPast();
    case Stage::kEntries:
      return CheckEntries(message);
    case Stage::kEdges:
      status = CheckEdges();
      break;
    case Stage::kLookups:
      return CheckLookups();
    case Stage::kSearch:
      return Search();
    case Stage::kExtras:
      return SearchExtras();
    case Stage::kSummary:
      stage_ = Stage::kDone;
      break;
    case Stage::kDone:
      break;
  }
  if (!status.ok()) return status;
  return 0;
}

absl::Status CheckRun::Begin() {
  for (v1::Finding& finding : archive_.findings) {
    const bool is_end = finding.code() == v1::FINDING_CODE_END_MISSING;
    if (IsOn(is_end ? CheckPart::kEnd : CheckPart::kCheckpoint)) report_.Found(std::move(finding));
  }
  Findings of_catalog;
  if (IsOn(CheckPart::kCatalog)) {
    const absl::StatusOr<std::optional<std::uint64_t>> size = ReadCatalogSize(archive_, &of_catalog);
    if (!size.ok()) return size.status();
    catalog_size_ = *size;
  }
  Found(std::move(of_catalog));
  absl::StatusOr<std::string> salt = RandomBytes(kSecretBytes);
  if (!salt.ok()) return salt.status();
  CheckParts without_catalog = options_.left_out;
  if (!catalog_size_) without_catalog.Add(CheckPart::kCatalog);
  lookups_.emplace(tables_, *std::move(salt),
                   LookupCheck::Options{.is_whole = IsWhole(),
                                        .tree_size = archive_.tree_size,
                                        .catalog_size = catalog_size_.value_or(0),
                                        .left_out = without_catalog});
  tree_.emplace(*archive_.log, archive_.tree_size,
                TreeCheck::Options{.first_index = options_.start_index,
                                   .root_hash = archive_.root_hash,
                                   .is_at_rest = archive_.is_at_rest,
                                   .left_out = options_.left_out});
  past_.emplace(LogCheckOptions{.with_articles = false});
  stage_ = Stage::kPast;
  return absl::OkStatus();
}

// What came before a range is not checked; but its KeyEvents count, and its times.
absl::StatusOr<std::uint64_t> CheckRun::ReadPast() {
  if (next_index_ < options_.start_index) {
    absl::StatusOr<std::vector<StoredParts>> parts =
        Read(next_index_, options_.start_index, false, kPastEntries);
    if (!parts.ok()) return parts.status();
    CheckStep(*past_, *parts);
    next_index_ += parts->size();
    return parts->size() / kKeysPerArticle;
  }
  check_.emplace(
      LogCheckOptions{.keyring = options_.keyring, .now = begun_at_, .left_out = options_.left_out},
      past_->past());
  past_.reset();
  stage_ = Stage::kEntries;
  return 0;
}

absl::StatusOr<std::uint64_t> CheckRun::CheckEntries(v1::CheckArchiveResponse* message) {
  if (next_index_ == end_index_) {
    tree_->Finish();
    Found(tree_->TakeFindings());
    stage_ = Stage::kEdges;
    return 0;
  }
  const absl::StatusOr<std::vector<StoredParts>> parts =
      Read(next_index_, end_index_, true, pace_.Share(options_.max_step_entries));
  if (!parts.ok()) return parts.status();
  std::vector<CheckedEntry> checked = CheckStep(*check_, *parts);
  for (const CheckedEntry& entry : checked) tree_->Append(entry.leaf_hash);
  Findings further = tree_->TakeFindings();
  absl::StatusOr<Findings> of_lookups =
      LookUp(checked.size(), [&](std::size_t i) -> absl::StatusOr<Findings> {
        const LoadedEntry loaded = TakeLoaded(checked[i]);
        const std::optional<KnownArticle> known = KnowArticle(checked[i].index, (*parts)[i], loaded);
        return known ? lookups_->Take(*known) : Findings();
      });
  if (!of_lookups.ok()) return of_lookups.status();
  std::move(of_lookups->begin(), of_lookups->end(), std::back_inserter(further));
  Tell(checked, *parts, std::move(further), message);
  next_index_ += checked.size();
  return checked.size();
}

void CheckRun::Tell(const std::vector<CheckedEntry>& checked, const std::vector<StoredParts>& parts,
                    Findings further, v1::CheckArchiveResponse* message) {
  std::map<std::uint64_t, std::uint32_t> counts;
  Findings findings;
  for (std::size_t i = 0; i < checked.size(); ++i) {
    report_.Count(checked[i]);
    for (v1::Finding finding : checked[i].findings) {
      Explain(parts[i], &finding);
      findings.push_back(std::move(finding));
    }
    const std::optional<v1::LogEntry>& entry = checked[i].entry;
    if (entry && entry->has_key_event() && (parts[i].opening.ok() || parts[i].content.ok()) &&
        IsOn(CheckPart::kEnd)) {
      findings.push_back(MakeFinding(v1::FINDING_CODE_ARTICLE_UNLOGGED, checked[i].index,
                                     "nothing beside a KeyEvent", "an Opening or a Content"));
    }
  }
  std::move(further.begin(), further.end(), std::back_inserter(findings));
  for (const v1::Finding& finding : findings) {
    if (finding.has_index()) ++counts[finding.index()];
  }
  if (options_.with_outcomes) {
    for (const CheckedEntry& entry : checked) {
      if (!entry.entry || !entry.entry->has_article_record()) continue;
      *message->add_articles() = CheckOutcomes::OutcomeOf(entry, counts[entry.index]);
    }
  }
  Found(std::move(findings));
}

absl::Status CheckRun::CheckEdges() {
  if (IsOn(CheckPart::kIndexes)) {
    absl::StatusOr<Findings> keys = CheckKeyEventIndexes(*archive_.log, check_->past().keys, end_index_);
    if (!keys.ok()) return keys.status();
    Found(*std::move(keys));
  }
  if (archive_.is_at_rest && end_index_ == archive_.tree_size && IsOn(CheckPart::kEnd)) {
    absl::StatusOr<Findings> beyond = FindBeyond(*archive_.log, archive_.tree_size);
    if (!beyond.ok()) return beyond.status();
    Found(*std::move(beyond));
  }
  stage_ = IsWhole() ? Stage::kLookups : Stage::kSummary;
  return absl::OkStatus();
}

absl::StatusOr<std::uint64_t> CheckRun::CheckLookups() {
  if (lookups_->is_scanned()) {
    next_index_ = 0;
    stage_ = lookups_->is_suspect() ? Stage::kSearch : Stage::kSummary;
    return 0;
  }
  const std::uint64_t before = lookups_->scanned();
  absl::StatusOr<Findings> findings = lookups_->Scan(kLookupPageBytes);
  if (!findings.ok()) return findings.status();
  Found(*std::move(findings));
  return (lookups_->scanned() - before) / kKeysPerArticle;
}

absl::StatusOr<std::uint64_t> CheckRun::Search() {
  if (next_index_ == end_index_) {
    lookups_->BeginExtras();
    stage_ = Stage::kExtras;
    return 0;
  }
  const absl::StatusOr<std::vector<StoredParts>> parts =
      Read(next_index_, end_index_, true, pace_.Share(options_.max_step_entries));
  if (!parts.ok()) return parts.status();
  absl::StatusOr<Findings> findings = LookUp(parts->size(), [&](std::size_t i) -> absl::StatusOr<Findings> {
    const LoadedEntry loaded = LoadEntry((*parts)[i]);
    const std::optional<KnownArticle> known = KnowArticle(next_index_ + i, (*parts)[i], loaded);
    return known ? lookups_->Search(*known) : Findings();
  });
  if (!findings.ok()) return findings.status();
  Found(*std::move(findings));
  next_index_ += parts->size();
  return parts->size();
}

absl::StatusOr<std::uint64_t> CheckRun::SearchExtras() {
  if (!lookups_->has_extras_to_scan()) {
    Found(lookups_->Unexplained());
    stage_ = Stage::kSummary;
    return 0;
  }
  absl::StatusOr<Findings> findings =
      lookups_->ScanForExtras(kLookupPageBytes, [this](std::uint64_t index) { return ExpectedAt(index); });
  if (!findings.ok()) return findings.status();
  Found(*std::move(findings));
  return kKeysPerArticle;
}

absl::StatusOr<LookupCheck::Expected> CheckRun::ExpectedAt(std::uint64_t index) {
  const absl::StatusOr<std::vector<StoredParts>> parts = Read(index, index + 1, true, 1);
  if (!parts.ok()) return parts.status();
  const LoadedEntry loaded = LoadEntry(parts->front());
  if (loaded.entry && loaded.entry->has_key_event()) return LookupCheck::Expected(std::in_place);
  if (!loaded.content) return LookupCheck::Expected();
  const std::optional<KnownArticle> known = KnowArticle(index, parts->front(), loaded);
  Findings ignored;  // which Take has found
  absl::StatusOr<std::vector<Lookup>> lookups = lookups_->ExpectedFor(*known, &ignored);
  if (!lookups.ok()) return lookups.status();
  return LookupCheck::Expected(*std::move(lookups));
}

void CheckRun::Summarize(v1::CheckArchiveResponse* message) {
  v1::CheckSummary& summary = *message->mutable_summary();
  summary.set_heading(std::string(kCheckHeading));
  summary.set_checkpoint(archive_.checkpoint);
  summary.set_tree_size(archive_.tree_size);
  summary.set_start_index(options_.start_index);
  summary.set_end_index(end_index_);
  if (catalog_size_) summary.set_catalog_tree_size(std::min(*catalog_size_, end_index_));
  summary.set_extras_checked(IsWhole());
  report_.Summarize(&summary);
  *summary.mutable_begun_at() = ToTimestamp(begun_at_);
  *summary.mutable_ended_at() = ToTimestamp(clock_.Now());
}

v1::CheckProgress CheckRun::Progress() const {
  v1::CheckProgress progress;
  progress.set_articles(report_.articles());
  progress.set_findings(report_.findings());
  switch (stage_) {
    case Stage::kBegin:
    case Stage::kPast:
      progress.set_stage(v1::CHECK_STAGE_PAST);
      progress.set_next_index(next_index_);
      progress.set_end_index(options_.start_index);
      break;
    case Stage::kEntries:
      progress.set_stage(v1::CHECK_STAGE_ENTRIES);
      progress.set_next_index(next_index_);
      progress.set_end_index(end_index_);
      break;
    case Stage::kSearch:
      progress.set_stage(v1::CHECK_STAGE_SEARCH);
      progress.set_next_index(next_index_);
      progress.set_end_index(end_index_);
      break;
    default:
      progress.set_stage(v1::CHECK_STAGE_LOOKUPS);
      progress.set_lookups(lookups_->scanned());
  }
  return progress;
}

absl::StatusOr<std::vector<StoredParts>> CheckRun::Read(std::uint64_t first, std::uint64_t end,
                                                        bool with_articles, std::uint64_t most) const {
  const EntryRange range{.first_index = first,
                         .end_index = std::min(end, first + most),
                         .with_articles = with_articles,
                         .max_bytes = options_.max_step_bytes};
  absl::StatusOr<std::vector<StoredParts>> parts = archive_.log->ReadEntries(range);
  // Of a store at rest nothing changes: what the disk cannot read is what is damaged.
  if (absl::IsUnavailable(parts.status()) && archive_.is_at_rest) return ReadOneByOne(range);
  return parts;
}

absl::StatusOr<std::vector<StoredParts>> CheckRun::ReadOneByOne(const EntryRange& range) const {
  std::vector<StoredParts> all;
  std::size_t bytes = 0;
  for (std::uint64_t index = range.first_index; index < range.end_index && bytes < range.max_bytes; ++index) {
    StoredParts parts{.log_entry = archive_.log->ReadEntry(index)};
    if (range.with_articles) {
      parts.opening = archive_.log->ReadOpening(index);
      parts.content = archive_.log->ReadContent(index);
    }
    for (const auto* const part : {&parts.log_entry, &parts.opening, &parts.content}) {
      if (part->ok()) bytes += (*part)->size();
    }
    all.push_back(std::move(parts));
  }
  return all;
}

std::vector<CheckedEntry> CheckRun::CheckStep(LogCheck& check, const std::vector<StoredParts>& parts) const {
  std::vector<EntryBytes> bytes;
  bytes.reserve(parts.size());
  for (const StoredParts& stored : parts) {
    bytes.push_back({ViewOf(stored.log_entry), ViewOf(stored.opening), ViewOf(stored.content)});
  }
  return check.Check(bytes, [this](std::size_t count, const std::function<void(std::size_t)>& work) {
    InParallel(count, work);
  });
}

absl::StatusOr<CheckRun::Findings> CheckRun::LookUp(
    std::size_t count, const std::function<absl::StatusOr<Findings>(std::size_t)>& take) const {
  std::vector<absl::StatusOr<Findings>> found(count, Findings());
  InParallel(count, [&](std::size_t i) { found[i] = take(i); });
  Findings findings;
  for (absl::StatusOr<Findings>& of_one : found) {
    if (!of_one.ok()) return of_one.status();
    std::move(of_one->begin(), of_one->end(), std::back_inserter(findings));
  }
  return findings;
}

void CheckRun::InParallel(std::size_t count, const std::function<void(std::size_t)>& work) const {
  ForEachInParallel(count, options_.threads, work);
}

void CheckRun::Found(Findings findings) {
  for (v1::Finding& finding : findings) report_.Found(std::move(finding));
}

}  // namespace chirograph
