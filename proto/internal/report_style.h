// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_PROTO_INTERNAL_REPORT_STYLE_H_
#define CHIROGRAPH_PROTO_INTERNAL_REPORT_STYLE_H_

#include <string_view>

namespace chirograph::internal {

// The page's style sheet: for screens from 320 px on, light and dark, and paper. .v1 to .v7 are the verdicts'
// colours (stacked_chart.h), chosen to be told apart by people who do not see red and green as others do.
inline constexpr std::string_view kReportStyle = R"css(
:root {
  color-scheme: light dark;
  --ink: #1f2328; --soft: #59636e; --paper: #fff; --panel: #f6f7f8; --line: #d8dde3;
  --good: #1a6b4a; --bad: #b3261e; --doubt: #8a5a00;
  --v1: #2f7d62; --v2: #a9b1ba; --v3: #7d6651; --v4: #5b8fc7; --v5: #e08a1e; --v6: #e6c34a; --v7: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e4e7ea; --soft: #9aa4ae; --paper: #15181c; --panel: #1e2328; --line: #363d45;
    --good: #63c09b; --bad: #ff8a80; --doubt: #e2b25a;
    --v1: #4fa98a; --v2: #6c7681; --v3: #a68a70; --v4: #77a9de; --v5: #ec9d3f; --v6: #ecd06a; --v7: #e5534b;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", "Liberation Sans", Arial, sans-serif;
}
main { max-width: 52rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; overflow-wrap: anywhere; }
h1, h2, h3 { line-height: 1.25; font-weight: 600; }
h1 { font-size: 1.9rem; margin: 0 0 .5rem; letter-spacing: -.01em; }
h2 { font-size: 1.25rem; margin: 3rem 0 .75rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.75rem 0 .5rem; }
p { margin: 0 0 .9rem; }
a { color: inherit; }
.kicker { color: var(--soft); font-size: .9rem; margin: 0 0 .35rem; }
.lead { font-size: 1.05rem; margin: 0; }
.verdict { border-left: .3rem solid var(--soft); padding: .1rem 0 .1rem 1.1rem; margin: 0 0 1.5rem; }
.verdict.good { border-color: var(--good); } .verdict.good h1 { color: var(--good); }
.verdict.bad { border-color: var(--bad); } .verdict.bad h1 { color: var(--bad); }
.verdict.doubt { border-color: var(--doubt); } .verdict.doubt h1 { color: var(--doubt); }
.soft { color: var(--soft); }
.small { font-size: .875rem; }
dl { margin: 0 0 1rem; }
dt { color: var(--soft); font-size: .875rem; }
dd { margin: 0 0 .6rem; }
.pairs { display: grid; grid-template-columns: 10rem 1fr; gap: .35rem 1.25rem; }
.pairs dt { padding-top: .1rem; } .pairs dd { margin: 0; }
.facts { border-top: 1px solid var(--line); }
.facts > div {
  display: grid; grid-template-columns: 10rem 1fr 12rem; gap: .25rem 1.25rem;
  padding: .55rem 0; border-bottom: 1px solid var(--line);
}
.facts dt { padding-top: .1rem; } .facts dd { margin: 0; }
.facts dd + dd { color: var(--soft); font-size: .875rem; padding-top: .1rem; }
code, pre, .bytes { font-family: ui-monospace, SFMono-Regular, Menlo, "Liberation Mono", monospace; font-size: .8125rem; }
pre {
  margin: 0 0 1rem; padding: .75rem .9rem; background: var(--panel); border: 1px solid var(--line);
  border-radius: .3rem; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.45;
}
ul, ol { margin: 0 0 1rem; padding-left: 1.25rem; }
li { margin: 0 0 .45rem; }
.group { border: 1px solid var(--line); border-radius: .3rem; padding: 1rem 1.1rem .3rem; margin: 0 0 1.25rem; }
.group h3 { margin: 0 0 .2rem; color: var(--bad); }
.group .code { color: var(--soft); font-size: .875rem; }
.found { list-style: none; padding: 0; margin: 1rem 0 0; }
.found li { border-top: 1px solid var(--line); padding: .6rem 0; margin: 0; }
.found .pairs { grid-template-columns: 6rem 1fr; margin: .15rem 0 0; }
.where { font-weight: 600; }
.legend { list-style: none; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: .3rem 1.5rem; font-size: .875rem; }
.legend li { margin: 0; padding-left: 1.35rem; position: relative; }
.legend svg { position: absolute; left: 0; top: .3rem; width: .8rem; height: .8rem; }
.legend .soft { display: block; }
figure { margin: 0 0 1.5rem; }
figcaption { font-weight: 600; margin: 0 0 .5rem; }
figcaption .soft { font-weight: 400; }
.columns { display: block; width: 100%; height: 11rem; border-bottom: 1px solid var(--soft); }
.top { color: var(--soft); font-size: .75rem; border-bottom: 1px dashed var(--line); }
.axis { position: relative; height: 1.3rem; font-size: .75rem; color: var(--soft); }
.axis span { position: absolute; top: .15rem; white-space: nowrap; transform: translateX(-50%); }
.axis .first { transform: none; } .axis .last { transform: translateX(-100%); }
.rows { display: grid; gap: .55rem; }
.rows .name { display: flex; justify-content: space-between; gap: 1rem; font-size: .875rem; }
.rows .name span:last-child { color: var(--soft); white-space: nowrap; }
.row { display: block; width: 100%; height: .8rem; }
.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr)); gap: 1.25rem 2rem; }
.panels figure { margin: 0; min-width: 0; }
.panels figcaption { font-size: .875rem; }
.panels .columns { height: 4.5rem; }
table { width: 100%; border-collapse: collapse; font-size: .875rem; margin: 0 0 1.5rem; }
caption { text-align: left; font-weight: 600; padding: 0 0 .4rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line); font-weight: 400; }
thead th { color: var(--soft); }
td.number, th.number { text-align: right; white-space: nowrap; padding-right: 1.25rem; font-variant-numeric: tabular-nums; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .875rem; }
.v1 { fill: var(--v1); } .v2 { fill: var(--v2); } .v3 { fill: var(--v3); } .v4 { fill: var(--v4); }
.v5 { fill: var(--v5); } .v6 { fill: var(--v6); } .v7 { fill: var(--v7); }
@media (max-width: 44rem) {
  main { padding: 1.5rem 1rem 3rem; }
  h1 { font-size: 1.5rem; }
  h2 { margin-top: 2.25rem; }
  .facts > div, .pairs, .found .pairs { grid-template-columns: 1fr; gap: .1rem; }
  .pairs dd { margin-bottom: .5rem; }
  .group { padding: .8rem .8rem .1rem; }
}
@media print {
  :root {
    color-scheme: light;
    --ink: #000; --soft: #444; --paper: #fff; --panel: #fff; --line: #bbb;
    --good: #1a6b4a; --bad: #b3261e; --doubt: #8a5a00;
    --v1: #2f7d62; --v2: #a9b1ba; --v3: #7d6651; --v4: #5b8fc7; --v5: #e08a1e; --v6: #e6c34a; --v7: #b3261e;
  }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  h2 { margin-top: 1.5rem; }
  h2, h3, figcaption, caption { break-after: avoid; }
  figure, .found li, .facts > div, tr { break-inside: avoid; }
  svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
)css";

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_PROTO_INTERNAL_REPORT_STYLE_H_
