// SPDX-License-Identifier: Apache-2.0
#include "proto/shell_word.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <string>

namespace chirograph::shell_word_test {
namespace {

// What a shell makes of the command that prints its one argument, in brackets.
std::string AsTheShellReads(const std::string& word) {
  const std::string command = "printf '[%s]' " + word;
  FILE* shell = popen(command.c_str(), "r");
  if (shell == nullptr) return "no shell";
  std::string out;
  std::array<char, 256> buffer{};
  for (std::size_t count = 0; (count = fread(buffer.data(), 1, buffer.size(), shell)) > 0;) {
    out.append(buffer.data(), count);
  }
  EXPECT_EQ(pclose(shell), 0) << word;
  return out;
}

TEST(ShellWordTest, LeavesAWordAloneThatIsOne) {
  for (const std::string word :
       {"keys/example.org.pem", "log.example/2026+0123abcd+AQ==", "127.0.0.1:7443", "a@b_c-d,e%f"}) {
    EXPECT_EQ(ShellWord(word), word);
  }
}

TEST(ShellWordTest, QuotesWhatAShellWouldTakeApart) {
  EXPECT_EQ(ShellWord("my keys"), "'my keys'");
  EXPECT_EQ(ShellWord("it's"), "'it'\\''s'");
  EXPECT_EQ(ShellWord("$(rm)"), "'$(rm)'");
  EXPECT_EQ(ShellWord(""), "''");
}

TEST(ShellWordTest, AShellReadsBackEveryText) {
  std::string every_byte;
  for (int c = 1; c < 256; ++c) every_byte += static_cast<char>(c);
  for (const std::string& text :
       {every_byte, std::string(), std::string("'"), std::string("''a'"), std::string("~"), std::string("*"),
        std::string("a;exit 1"), std::string("`exit 1`"), std::string("{a,b}"), std::string("#no comment")}) {
    EXPECT_EQ(AsTheShellReads(ShellWord(text)), "[" + text + "]");
  }
}

}  // namespace
}  // namespace chirograph::shell_word_test
