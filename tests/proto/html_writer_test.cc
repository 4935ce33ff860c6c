// SPDX-License-Identifier: Apache-2.0
#include "proto/internal/html_writer.h"

#include <gtest/gtest.h>

namespace chirograph::internal::html_writer_test {
namespace {

TEST(HtmlWriterTest, EscapesWhatIsMarkupOrInvisible) {
  EXPECT_EQ(EscapeForHtml("<script>\"a\" & 'b'</script>"),
            "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt;");
  EXPECT_EQ(EscapeForHtml("evil\xE2\x80\xAEtxt\n\xFF"), "evil\\u202etxt\\n\\xff");
  EXPECT_EQ(EscapeForHtml("&amp;"), "&amp;amp;");
}

TEST(HtmlWriterTest, OnlyMarkupGoesThroughAsItIs) {
  HtmlWriter page;
  page.Markup("<b>").Text("<i>\n").Lines("<u>\n\x1b").Markup("</b>");
  page.Element("p class=\"lead\"", "a<b");
  EXPECT_EQ(page.Take(), "<b>&lt;i&gt;\\n&lt;u&gt;\n\\x1b</b><p class=\"lead\">a&lt;b</p>\n");
}

}  // namespace
}  // namespace chirograph::internal::html_writer_test
