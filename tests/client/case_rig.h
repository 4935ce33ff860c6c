// SPDX-License-Identifier: Apache-2.0
//
// Evidence cases of a TestLog, and somebody who follows their CHECK.txt with coreutils and openssl alone.
#ifndef CHIROGRAPH_TESTS_CLIENT_CASE_RIG_H_
#define CHIROGRAPH_TESTS_CLIENT_CASE_RIG_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/archived_article.h"
#include "client/evidence_case.h"
#include "tests/client/test_log.h"

namespace chirograph {

// The article at `index` of `log`, as ArchiveClient::Get gives the content view.
ArchivedArticle ArticleOf(const TestLog& log, std::uint64_t index);

// Its case's input, with the key event that its record names. Both must outlive it.
EvidenceCaseInput InputOf(const TestLog& log, const ArchivedArticle& article);

// Both at once. An empty case where there is a failure, which fails the test.
EvidenceCase CaseOf(const TestLog& log, std::uint64_t index);

// The bytes of a file of a case; empty, and the test fails, where it is not in it.
std::string& FileOf(EvidenceCase& evidence, std::string_view name);
bool HasFile(const EvidenceCase& evidence, std::string_view name);

// A command of CHECK.txt, with what it says that it prints, and what it printed.
struct FollowedStep {
  std::string command;
  std::string expected;
  std::string printed;
  bool holds() const { return expected == printed; }
};

// Runs the commands of the CHECK.txt of `evidence` in order, in a folder of its files, by sh with a PATH in
// which there are sha256sum, openssl and the coreutils that CHECK.txt names, and nothing else.
std::vector<FollowedStep> Follow(const EvidenceCase& evidence);

// The first step that does not hold. Nothing: all do.
std::optional<FollowedStep> FirstThatFails(const std::vector<FollowedStep>& steps);

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_CLIENT_CASE_RIG_H_
