// SPDX-License-Identifier: Apache-2.0
#include "service/resume_token.h"

#include <fmt/format.h>

#include "crypto/limits.h"
#include "crypto/sha256.h"
#include "service/catalog_schema.h"
#include "service/request.h"
#include "service/storage_schema.h"

namespace chirograph {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kQuestionBytes = 16;
constexpr std::size_t kHeaderBytes = 1 + kQuestionBytes + kIndexBytes;

// First bytes, so that no list of articles is one of versions.
constexpr char kArticles = 'a';
constexpr char kVersions = 'v';

std::string_view TagOf(const Digest& digest) { return AsBytes(digest).substr(0, kQuestionBytes); }

// Texts with their lengths, so that they do not run into each other; what is absent is no empty text.
class Question {
 public:
  explicit Question(char kind) : bytes_(1, kind) {}
  void Add(std::string_view text) { bytes_.append(EncodeIndex(text.size())).append(text); }
  void Add(std::uint64_t number) { bytes_.append(EncodeIndex(number)); }
  void Add(const std::optional<std::string>& text) {
    bytes_.push_back(text ? '\1' : '\0');
    if (text) Add(std::string_view(*text));
  }
  void Add(const std::optional<absl::Time>& time) { bytes_.append(EncodePublished(time)); }
  void Add(const std::vector<Verdict>& verdicts) {
    std::string numbers;
    for (const Verdict verdict : verdicts) numbers.push_back(static_cast<char>(verdict));
    Add(std::string_view(numbers));
  }
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

}  // namespace

std::string QuestionOf(const CatalogQuery& query) {
  Question question(kArticles);
  question.Add(query.publisher_domain);
  question.Add(std::uint64_t{query.topics.size()});
  for (const std::string& topic : query.topics) question.Add(std::string_view(topic));
  question.Add(query.category);
  question.Add(query.type);
  question.Add(query.verdicts);
  question.Add(std::string_view(query.url_prefix));
  question.Add(query.published_from);
  question.Add(query.published_until);
  question.Add(query.ingested_from);
  question.Add(query.ingested_until);
  question.Add(query.first_index);
  question.Add(query.end_index);
  question.Add(static_cast<std::uint64_t>(query.order));
  return question.Take();
}

std::string QuestionOf(const PageQuery& query, bool newest_first) {
  Question question(kVersions);
  question.Add(std::string_view(query.url));
  question.Add(query.publisher_domain);
  question.Add(query.as_of);
  question.Add(query.verdicts);
  question.Add(std::uint64_t{newest_first});
  return question.Take();
}

std::string MakeResumeToken(std::string_view question, const ResumeToken& token) {
  std::string bytes(1, kVersion);
  bytes += TagOf(Sha256(question));
  bytes += EncodeIndex(token.tree_size);
  bytes += token.position;
  return bytes;
}

absl::StatusOr<ResumeToken> ReadResumeToken(std::string_view question, std::size_t position_bytes,
                                            std::string_view bytes) {
  constexpr std::string_view kField = "resume_token";
  if (bytes.size() > limits::kMaxResumeTokenBytes) {
    return InvalidField(kField, fmt::format("it has {} bytes; at most {} are taken", bytes.size(),
                                            limits::kMaxResumeTokenBytes));
  }
  if (bytes.front() != kVersion) return InvalidField(kField, "it is none that this server gives");
  const Digest digest = Sha256(question);
  if (bytes.substr(1, kQuestionBytes) != TagOf(digest)) {
    return InvalidField(kField, "it is of another list: send it with the filter and order that it came with");
  }
  if (bytes.size() != kHeaderBytes + position_bytes) {
    return InvalidField(kField, "it is none that this server gives");
  }
  ResumeToken token{*DecodeIndex(bytes.substr(1 + kQuestionBytes, kIndexBytes)),
                    std::string(bytes.substr(kHeaderBytes))};
  if (token.position.front() != '\0' && token.position.front() != '\1') {
    return InvalidField(kField, "it is none that this server gives");
  }
  return token;
}

}  // namespace chirograph
