// SPDX-License-Identifier: Apache-2.0
#include "tests/benchmarks/report.h"

#include <fmt/format.h>

#include <thread>

namespace chirograph {
namespace {

double Ratio(const BenchReport& report) {
  return report.ingest.server_cpu_us / report.floor.cpu_us_per_article;
}

std::string ReadTable(const ReadFigures& reads) {
  std::string text =
      fmt::format("\nReads\n  {:<44}{:>8}{:>10}\n", "one article with its proof", "p50 us", "per s");
  const auto calls = [&text](std::string_view name, const CallFigures& figures) {
    text += fmt::format("  {:<44}{:>8.0f}{:>10.0f}\n", name, figures.p50_us, figures.per_s);
  };
  calls(fmt::format("GetArticle, {:.0f} bytes", reads.get.mean_bytes), reads.get);
  calls("a call of that size that needs no work", reads.echo);
  calls("GetInclusionProof", reads.proof);
  text += fmt::format("  {:<44}{:>8}{:>10}\n", "all articles in order", "MB/s", "per s");
  const auto list = [&text](std::string_view name, const ListFigures& figures) {
    text += fmt::format("  {:<44}{:>8.0f}{:>10.0f}\n", name, figures.mb_per_s, figures.articles_per_s);
  };
  list("ListArticles, with content and proofs", reads.list);
  list("the contents alone, from RocksDB", reads.scan);
  return text;
}

std::string GrowthTable(const std::vector<GrowthFigures>& growth) {
  std::string text = fmt::format("\nGrowth\n  {:>9}{:>11}{:>8}{:>9}{:>9}{:>9}{:>10}{:>10}\n", "articles",
                                 "ingest us", "get us", "proof us", "open ms", "RSS MiB", "disk B", "sent B");
  for (const GrowthFigures& figures : growth) {
    text +=
        fmt::format("  {:>9}{:>11.1f}{:>8.0f}{:>9.0f}{:>9.0f}{:>9.0f}{:>10.0f}{:>10.0f}\n", figures.articles,
                    figures.ingest_cpu_us, figures.get_p50_us, figures.proof_us, figures.open_ms,
                    figures.rss_mib, figures.disk_bytes_per_article, figures.sent_bytes_per_article);
  }
  return text;
}

// How much of all processors one article takes, to the floor.
double RatioOnAllCores(const CheckFigures& figures, const BenchReport& report) {
  return std::thread::hardware_concurrency() * 1e6 / figures.articles_per_s / CheckFloorUs(report.floor);
}

std::string ChecksTable(const BenchReport& report) {
  if (!report.check || !report.audit) return "";
  std::string text =
      fmt::format("\nRecomputing all of {} articles; signature and hashes alone are {:.1f} us\n",
                  report.check->articles, CheckFloorUs(report.floor));
  text += fmt::format("  {:<34}{:>9}{:>11}{:>9}{:>13}\n", "", "per s", "CPU us", "ratio", "on all cores");
  const auto row = [&](std::string_view name, const CheckFigures& figures) {
    text += fmt::format("  {:<34}{:>9.0f}{:>11.1f}{:>9.2f}{:>13.2f}\n", name, figures.articles_per_s,
                        figures.cpu_us, figures.cpu_us / CheckFloorUs(report.floor),
                        RatioOnAllCores(figures, report));
  };
  row("check, by the operator", *report.check);
  row("audit, by a stranger", *report.audit);
  text += fmt::format("  {:<34}{:>9}{:>11.1f}\n", "  its server's part", "", report.audit->server_cpu_us);
  return text;
}

nlohmann::ordered_json CheckJson(const CheckFigures& figures, const BenchReport& report) {
  return {{"articles", figures.articles},
          {"articles_per_s", figures.articles_per_s},
          {"cpu_us_per_article", figures.cpu_us},
          {"server_cpu_us_per_article", figures.server_cpu_us},
          {"ratio_to_floor", figures.cpu_us / CheckFloorUs(report.floor)},
          {"ratio_on_all_cores", RatioOnAllCores(figures, report)}};
}

nlohmann::ordered_json GrowthJson(const std::vector<GrowthFigures>& growth) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const GrowthFigures& figures : growth) {
    json.push_back({{"articles", figures.articles},
                    {"ingest_cpu_us", figures.ingest_cpu_us},
                    {"get_p50_us", figures.get_p50_us},
                    {"proof_us", figures.proof_us},
                    {"open_ms", figures.open_ms},
                    {"rss_mib", figures.rss_mib},
                    {"disk_bytes_per_article", figures.disk_bytes_per_article},
                    {"sent_bytes_per_article", figures.sent_bytes_per_article}});
  }
  return json;
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
  text += fmt::format("  {:<44}{:>8.0f}\n", "source documents a second", ingest.documents_per_s);
  text += fmt::format("  {:<44}{:>8.2f}\n", "server's CPU time for one, us", ingest.document_server_cpu_us);
  return text + ReadTable(report.reads) + GrowthTable(report.growth) + ChecksTable(report);
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
                    {"ack_ms_in_flight", std::move(acks)},
                    {"documents_per_s", report.ingest.documents_per_s},
                    {"document_server_cpu_us", report.ingest.document_server_cpu_us}};
  const ReadFigures& reads = report.reads;
  json["get"] = {{"per_s", reads.get.per_s},
                 {"p50_us", reads.get.p50_us},
                 {"ratio_to_echo", reads.echo.per_s / reads.get.per_s}};
  json["list"] = {{"articles_per_s", reads.list.articles_per_s},
                  {"mb_per_s", reads.list.mb_per_s},
                  {"ratio_to_scan", reads.scan.articles_per_s / reads.list.articles_per_s}};
  json["proof"] = {{"per_s", reads.proof.per_s}};
  json["growth"] = GrowthJson(report.growth);
  if (report.check) json["check"] = CheckJson(*report.check, report);
  if (report.audit) json["audit"] = CheckJson(*report.audit, report);
  return json;
}

}  // namespace chirograph
