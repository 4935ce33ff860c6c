// SPDX-License-Identifier: Apache-2.0
//
// A keyring as publishers give it to everybody: without the secret envelope keys that it names.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/keyring_option.h"
#include "crypto/keyring_file.h"
#include "tests/client/cli_run.h"

namespace chirograph::cli_keyring_option_test {
namespace {

using testing::HasSubstr;

class CliKeyringOptionTest : public CliPublisherTest {
 protected:
  CliKeyringOptionTest() {
    EXPECT_EQ(Sign({article_}).code, ExitCode::kWell);
    std::filesystem::remove(envelope_key_);
  }

  const std::string envelope_key_ = folder_ / "keys/example.org.k.envelope-key.hex";
};

TEST_F(CliKeyringOptionTest, TakesAKeyringWhoseEnvelopeKeyIsNotThere) {
  GlobalOptions options;
  options.keyring = keyring_;
  const auto keyring = LoadKeyringOption(options);
  ASSERT_TRUE(keyring.ok()) << keyring.status();
  ASSERT_EQ((*keyring)->KeysFor("example.org").size(), 1U);
  EXPECT_TRUE((*keyring)->KeysFor("example.org")[0].envelope_key_missing);
  // An archive, which has to open what comes in, does not.
  EXPECT_TRUE(absl::IsNotFound(LoadKeyring(keyring_).status()));
}

TEST_F(CliKeyringOptionTest, StillRefusesAnEnvelopeKeyThatIsNone) {
  WriteBytes(envelope_key_, "nonsense\n");
  std::filesystem::permissions(envelope_key_, std::filesystem::perms::owner_read);
  GlobalOptions options;
  options.keyring = keyring_;
  EXPECT_TRUE(absl::IsInvalidArgument(LoadKeyringOption(options).status()));
}

TEST_F(CliKeyringOptionTest, VerifySaysThatTheEnvelopeKeyIsMissing) {
  const Ran run = Verify({article_});
  EXPECT_EQ(run.code, ExitCode::kUsage);
  EXPECT_THAT(run.err,
              HasSubstr(article_ +
                        ": cannot be checked without the envelope key k of example.org: " + keyring_ + ":"));
  EXPECT_THAT(run.err, HasSubstr(envelope_key_ + ": cannot be opened"));
  EXPECT_THAT(run.out, testing::Not(HasSubstr("INVALID")));
}

TEST_F(CliKeyringOptionTest, WithJsonEachFileHasItsLine) {
  const Ran run = Verify({"--json", article_});
  EXPECT_EQ(run.code, ExitCode::kUsage);
  EXPECT_EQ(run.err, "");
  const nlohmann::json line = nlohmann::json::parse(run.out);
  EXPECT_EQ(line["path"], article_);
  EXPECT_THAT(line["error"]["message"].get<std::string>(), HasSubstr("cannot be checked without"));
}

TEST_F(CliKeyringOptionTest, VerifySaysThatNoEnvelopeKeyIsNamed) {
  std::string text = ReadBytes(keyring_);
  const std::size_t begin = text.find("envelope_key_file");
  text.erase(begin, text.find('\n', begin) - begin);
  WriteBytes(keyring_, text);
  const Ran run = Verify({article_});
  EXPECT_EQ(run.code, ExitCode::kUsage);
  EXPECT_THAT(run.err, HasSubstr("has no envelope key for k of example.org"));
}

TEST_F(CliKeyringOptionTest, VerifyStillSaysWhatTakesNoEnvelopeKey) {
  WriteBytes(article_, kArticleText);
  const Ran run = Verify({article_});
  EXPECT_EQ(run.code, ExitCode::kNo) << run.err;
  EXPECT_THAT(run.out, HasSubstr("UNSIGNED"));
}

}  // namespace
}  // namespace chirograph::cli_keyring_option_test
