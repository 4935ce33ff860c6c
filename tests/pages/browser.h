// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_TESTS_PAGES_BROWSER_H_
#define CHIROGRAPH_TESTS_PAGES_BROWSER_H_

#include <string>
#include <vector>

namespace chirograph {

// The path of Chromium; empty where it is not installed.
std::string FindBrowser();

enum class ColorScheme { kLight, kDark };

// A page as the browser laid it out.
struct LaidOutPage {
  double width = 0;                       // that it had, without a scroll bar
  double content_width = 0;               // that it took: more would have to be scrolled
  std::vector<std::string> overflowing;   // elements that stick out at the right or the left
  std::vector<std::string> faint;         // texts with less than 4.5 : 1 of contrast to what is behind them
  std::vector<std::string> empty_charts;  // charts, or parts of one, without a size
  std::size_t charts = 0;
  std::vector<std::string> requests;  // what it tried to load
  std::string language;
  std::string text;  // that is shown
};

// Opens the file `page` in a window `width` wide. A headless window is never narrower than some 500 pixels,
// so the page is in a frame of that width, which is what its style sheet sees. Fails the test where the
// browser gives no answer.
LaidOutPage LayOut(const std::string& page, int width, ColorScheme scheme = ColorScheme::kLight);

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_PAGES_BROWSER_H_
