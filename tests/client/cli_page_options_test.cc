// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/page_options.h"
#include "tests/client/cli_fake_archive.h"

namespace chirograph::cli_page_options_test {
namespace {

using testing::HasSubstr;

TEST(CliPageOptionsTest, NarrowAUrl) {
  PageOptions options;
  EXPECT_FALSE(options.any());
  EXPECT_EQ(MakeUrlRef("https://a/", options)->url, "https://a/");
  options.publisher = "";
  options.as_of = "2026-01-02";
  options.verdicts = {"VALID"};
  EXPECT_TRUE(options.any());
  const auto ref = MakeUrlRef("https://a/", options);
  ASSERT_TRUE(ref.ok()) << ref.status();
  EXPECT_EQ(ref->publisher_domain, "");
  EXPECT_EQ(ref->as_of, absl::FromUnixSeconds(1767312000));
  EXPECT_THAT(ref->verdicts, testing::ElementsAre(Verdict::kValid));
}

TEST(CliPageOptionsTest, NameTheOptionThatIsWrong) {
  PageOptions publisher;
  publisher.publisher = "no domain";
  PageOptions as_of;
  as_of.as_of = "then";
  PageOptions verdict;
  verdict.verdicts = {"GOOD"};
  EXPECT_THAT(MakeUrlRef("u", publisher).status().ToString(), HasSubstr("--publisher"));
  EXPECT_THAT(MakeUrlRef("u", as_of).status().ToString(), HasSubstr("--as-of"));
  EXPECT_THAT(MakeUrlRef("u", verdict).status().ToString(), HasSubstr("--verdict"));
}

TEST(CliPageOptionsTest, AnAmbiguousUrlSaysWhatToType) {
  Failure failure = ServerError(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_AMBIGUOUS_PUBLISHER);
  failure.server_error->metadata = {{"more", "true"}, {"publishers", ",a.example,b.example"}};
  EXPECT_EQ(std::string(WithPublisherAdvice(failure).status.message()),
            "several publishers have articles of this URL; say whose you mean: --publisher '', --publisher "
            "a.example, --publisher b.example, or one of others that the archive does not name");
  const Failure other = ServerError(absl::StatusCode::kNotFound, v1::ERROR_REASON_ARTICLE_NOT_FOUND);
  EXPECT_EQ(WithPublisherAdvice(other).status, other.status);
}

}  // namespace
}  // namespace chirograph::cli_page_options_test
