#include "engine/slurm_status.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace dcmflow {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::vector<SlurmSubmission> submitted(std::size_t shards, std::size_t parts) {
  SlurmSubmission run;
  run.folder = "/work/slurm/1";
  run.output = "/nowhere";
  run.shards = shards;
  run.parts = parts;
  return {run};
}

std::string text(const PieceStates& shards, const PieceStates& parts, std::size_t planned = 1) {
  return slurm_status_text("/work", shards, parts, submitted(planned, parts.pieces));
}

TEST(SlurmStatus, APlanOfOneShardIsAPlan) {
  const PieceStates one{.pieces = 1, .done = 0, .begun = {0}, .failed = {}, .not_begun = {}};
  EXPECT_THAT(text(one, {}), StartsWith("/work: 0 of 1 shards are done\n"));
  EXPECT_THAT(text(one, {}), HasSubstr("  begun"));
}

TEST(SlurmStatus, BeforeThePlanPartsOfTheScanAreTold) {
  const PieceStates one{.pieces = 1, .done = 1, .begun = {}, .failed = {}, .not_begun = {}};
  const auto told = text({}, one, 4);
  EXPECT_THAT(told, StartsWith("/work: no plan yet, of 4 shards\n"));
  EXPECT_THAT(told, HasSubstr("1 of 1 parts of the scan are done\n"));
  EXPECT_THAT(text({}, {}, 4), testing::Not(HasSubstr("scan")));
}

TEST(SlurmStatus, WhatFailedHasItsExitCodeAndItsLogs) {
  const PieceStates some{
      .pieces = 9, .done = 4, .begun = {7}, .failed = {{2, 75}, {8, 5}}, .not_begun = {0, 1}};
  const auto told = text(some, {}, 9);
  EXPECT_THAT(told, HasSubstr("  begun           1  7\n"
                              "  failed          2  2 8\n"
                              "  not begun       2  0-1\n"));
  EXPECT_THAT(told, HasSubstr("shard 2 ended with exit code 75; logs: /work/slurm/1\n"));
}

TEST(SlurmStatus, JsonHasThePlanOnceItIsThere) {
  const PieceStates one{.pieces = 1, .done = 1, .begun = {}, .failed = {}, .not_begun = {}};
  EXPECT_THAT(slurm_status_json(one, {}, submitted(1, 0)), HasSubstr("\"planned\": true"));
  EXPECT_THAT(slurm_status_json({}, one, submitted(1, 1)), HasSubstr("\"planned\": false"));
  const auto json = nlohmann::json::parse(slurm_status_json({}, one, submitted(1, 1)));
  EXPECT_EQ(json["scan"]["parts"], 1);
  EXPECT_EQ(json["scan"]["done"], 1);
  EXPECT_EQ(json["done"], 0);
}

}  // namespace
}  // namespace dcmflow
