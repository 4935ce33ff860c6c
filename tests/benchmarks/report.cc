// SPDX-License-Identifier: Apache-2.0
#include "tests/benchmarks/report.h"

#include <fmt/format.h>

namespace chirograph {
namespace {

double Ratio(const BenchReport& report) {
  return report.ingest.server_cpu_us / report.floor.cpu_us_per_article;
}

}  // namespace

std::string ReportTable(const BenchReport& report) {
  std::string text = fmt::format("{}, commit {}, {}{}\n\n", report.machine, report.commit, report.date,
                                 report.quick ? "\nquick: too short for figures to compare with others" : "");
  text += "Floor: CPU time for one article of what cannot be avoided, us\n";
  for (const FloorStep& step : report.floor.steps)
    text += fmt::format("  {:<44}{:>8.2f}\n", step.name, step.cpu_us);
  text += fmt::format("  {:<44}{:>8.2f}\n", "together", report.floor.cpu_us_per_article);
  text += fmt::format("  {:<44}{:>8.0f}\n\n", "(one fdatasync, wall clock)", report.floor.fdatasync_us);
  const IngestFigures& ingest = report.ingest;
  text += fmt::format("Ingest of {} articles of {:.0f} bytes, {} to a message, durable and verified\n",
                      ingest.articles, ingest.mean_bytes, kPacking);
  text += fmt::format("  {:<44}{:>8.0f}\n", "articles a second", ingest.articles_per_s);
  text += fmt::format("  {:<44}{:>8.2f}\n", "server's CPU time for one, us", ingest.server_cpu_us);
  text += fmt::format("  {:<44}{:>8.2f}\n", "ratio to the floor", Ratio(report));
  text += fmt::format("  {:<44}{:>8.2f}\n", "client's CPU time for one, us", ingest.client_cpu_us);
  for (const AckFigures& ack : ingest.acks) {
    text += fmt::format("  {:<44}{:>8.2f}{:>8.2f}\n",
                        fmt::format("acknowledged at {} in flight, p50 and p99 ms", ack.in_flight),
                        ack.p50_ms, ack.p99_ms);
  }
  text += "\nNot measured yet: source documents, reads, growth.\n";
  return text;
}

nlohmann::ordered_json ReportJson(const BenchReport& report) {
  nlohmann::ordered_json json;
  json["machine"] = report.machine;
  json["commit"] = report.commit;
  json["date"] = report.date;
  json["quick"] = report.quick;
  nlohmann::ordered_json steps = nlohmann::ordered_json::object();
  for (const FloorStep& step : report.floor.steps) steps[step.name] = step.cpu_us;
  json["floor"] = {{"cpu_us_per_article", report.floor.cpu_us_per_article},
                   {"steps", std::move(steps)},
                   {"fdatasync_us", report.floor.fdatasync_us}};
  nlohmann::ordered_json acks = nlohmann::ordered_json::object();
  for (const AckFigures& ack : report.ingest.acks) {
    acks[std::to_string(ack.in_flight)] = {{"p50", ack.p50_ms}, {"p99", ack.p99_ms}};
  }
  const AckFigures last = report.ingest.acks.empty() ? AckFigures() : report.ingest.acks.back();
  json["ingest"] = {{"articles_per_s", report.ingest.articles_per_s},
                    {"server_cpu_us_per_article", report.ingest.server_cpu_us},
                    {"client_cpu_us_per_article", report.ingest.client_cpu_us},
                    {"ratio_to_floor", Ratio(report)},
                    {"ack_ms", {{"p50", last.p50_ms}, {"p99", last.p99_ms}}},
                    {"ack_ms_in_flight", std::move(acks)}};
  return json;
}

}  // namespace chirograph
