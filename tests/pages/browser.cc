// SPDX-License-Identifier: Apache-2.0
#include "tests/pages/browser.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string_view>

#include "nlohmann/json.hpp"
#include "tests/client/cli_fake_host.h"
#include "tests/end_to_end/process.h"

namespace chirograph {
namespace {

// Around the page: measures it once it is loaded, and writes what it found as JSON into its own text. {0}:
// the page's file, {1}: its width.
constexpr char kFrame[] = R"html(<!DOCTYPE html>
<meta charset="utf-8">
<body style="margin:0">
<iframe src="{0}" style="width:{1}px;height:2000px;border:0"></iframe>
<script type="text/plain" id="answer"></script>
<script>
const frame = document.querySelector('iframe');
function luminance(color) {{
  const parts = color.match(/[0-9.]+/g).slice(0, 3).map(part => {{
    const s = Number(part) / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  }});
  return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
}}
function contrast(a, b) {{
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}}
function behind(page, element) {{
  for (; element; element = element.parentElement) {{
    const color = page.getComputedStyle(element).backgroundColor;
    if (!/, 0\)$/.test(color)) return color;
  }}
  return 'rgb(255, 255, 255)';
}}
function name(element) {{
  return element.tagName + '.' + element.getAttribute('class') + ': ' + element.textContent.slice(0, 60);
}}
function measure() {{
  const page = frame.contentWindow, doc = page.document, width = doc.documentElement.clientWidth;
  const elements = [...doc.body.querySelectorAll('*')];
  const outside = box => box.width > 0 && (box.right > width + 0.5 || box.left < -0.5);
  const textOf = e => {{
    const range = doc.createRange();
    range.selectNodeContents(e);
    return range.getBoundingClientRect();
  }};
  const hasText = e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
  const html = elements.filter(e => !e.closest('svg'));
  const charts = [...doc.querySelectorAll('svg')];
  const parts = [...doc.querySelectorAll('svg rect')];
  const empty = e => e.getBoundingClientRect().width < 0.05 || e.getBoundingClientRect().height < 0.05;
  return {{
    width, contentWidth: doc.documentElement.scrollWidth,
    overflowing: elements.filter(e => outside(e.getBoundingClientRect()) || outside(textOf(e))).map(name),
    faint: html.filter(e => hasText(e) && contrast(page.getComputedStyle(e).color, behind(page, e)) < 4.5).map(name),
    charts: charts.length, emptyCharts: charts.concat(parts).filter(empty).map(e => e.outerHTML.slice(0, 200)),
    requests: page.performance.getEntriesByType('resource').map(entry => entry.name),
    language: doc.documentElement.lang, text: doc.body.innerText
  }};
}}
addEventListener('load', () => {{
  document.getElementById('answer').textContent = encodeURIComponent(JSON.stringify(measure()));
}});
</script>
)html";

std::string DecodeUri(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      bytes += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      bytes += text[i];
    }
  }
  return bytes;
}

// What the frame wrote; empty where it did not.
std::string AnswerIn(std::string_view dom) {
  constexpr std::string_view kBegin = "id=\"answer\">";
  const std::size_t at = dom.find(kBegin);
  if (at == std::string_view::npos) return "";
  const std::size_t begin = at + kBegin.size();
  return DecodeUri(dom.substr(begin, dom.find('<', begin) - begin));
}

}  // namespace

std::string FindBrowser() {
  for (const char* path : {"/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"}) {
    if (std::filesystem::exists(path)) return path;
  }
  return "";
}

LaidOutPage LayOut(const std::string& page, int width, ColorScheme scheme) {
  const TemporaryFolder folder;
  WriteBytes(folder / "frame.html", fmt::format(kFrame, "file://" + page, width));
  const ProcessResult run = RunProcess(
      {FindBrowser(), "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
       "--allow-file-access-from-files", "--user-data-dir=" + (folder / "profile"), "--window-size=1500,2200",
       fmt::format("--blink-settings=preferredColorScheme={}", scheme == ColorScheme::kDark ? 0 : 1),
       "--dump-dom", "file://" + (folder / "frame.html")},
      {folder.path(), {{"HOME", folder.path()}}, ""});
  const nlohmann::json answer = nlohmann::json::parse(AnswerIn(run.out), nullptr, false);
  if (!answer.is_object()) {
    ADD_FAILURE() << page << " was not laid out (exit code " << run.exit_code << "): " << run.out << run.err;
    return {};
  }
  return {.width = answer["width"],
          .content_width = answer["contentWidth"],
          .overflowing = answer["overflowing"],
          .faint = answer["faint"],
          .empty_charts = answer["emptyCharts"],
          .charts = answer["charts"],
          .requests = answer["requests"],
          .language = answer["language"],
          .text = answer["text"]};
}

}  // namespace chirograph
