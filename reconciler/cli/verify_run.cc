#include "reconciler/cli/verify_run.h"

#include <algorithm>

#include "reconciler/base/at_once.h"
#include "reconciler/base/sha256.h"
#include "reconciler/chain/keys/ss58.h"
#include "reconciler/chain/node/index_signer.h"
#include "reconciler/cli/committed.h"
#include "reconciler/cli/folder_source.h"
#include "reconciler/cli/networks.h"
#include "reconciler/cli/system_clock.h"
#include "reconciler/net/url.h"
#include "reconciler/verify/http_source.h"
#include "reconciler/verify/verify.h"

namespace reconcile::cli {
namespace {

constexpr int kCadencesMax = 3;
constexpr std::size_t kAtOnce = 4;

struct Task {
  ChainQuestion question;
  verify::VerifyOptions options;
  verify::HttpSourceOptions http;
  std::optional<Path> folder;  ///< a bucket whose public addresses are file://
};

bool stopping() { return stop_signal() != 0; }

Task task_of(const Options& options, ChainQuestion question) {
  const VerifyChoices& choices = options.verify;
  Task out;
  out.question = std::move(question);
  out.options.expected.format = choices.format;
  out.options.sampling = choices.sampling;
  out.options.age_max = choices.max_age;
  out.options.index_memory_max = choices.max_index;
  out.options.object_max = choices.max_object;
  out.options.stopping = stopping;
  out.http = {.ca_file = {},
              .allow_loopback = choices.allow_loopback,
              .timeout = choices.timeout,
              .stopping = stopping};
  return out;
}

Result<Task> task_of(const Options& options) {
  TRY_ASSIGN(ChainQuestion question, question_of(options, "verify"));
  if (!question.hotkey.empty()) TRY(chain::from_ss58(question.hotkey));
  return task_of(options, std::move(question));
}

/// Where the manifest says that readers find it; an address of this machine makes loopback a fair place.
Result<Task> task_of(const Options& options, const Publication& publication) {
  TRY_ASSIGN(ChainQuestion question, question_of(publication));
  const Desired& desired = publication.desired;
  Task out = task_of(options, std::move(question));
  out.options.expected = {
      .format = desired.commitment->format,
      .strategy = strategy_of(desired),
      .public_base = desired.bucket.public_url.empty() ? "" : desired.bucket.public_url + "/"};
  if (!out.options.age_max) out.options.age_max = kCadencesMax * desired.upload.cadence;
  const std::string& stated =
      desired.bucket.public_url.empty() ? desired.bucket.endpoint : desired.bucket.public_url;
  if (const auto url = net::parse_url(stated); url && net::is_loopback(url->host))
    out.http.allow_loopback = true;
  out.http.ca_file = desired.bucket.ca_file;
  if (desired.bucket.provider == Provider::kDirectory && desired.bucket.public_url.empty())
    out.folder = desired.bucket.path;
  return out;
}

Result<std::unique_ptr<verify::Source>> open_source(const Task& task) {
  TRY_ASSIGN(std::unique_ptr<verify::Source> http, verify::make_http_source(task.http));
  if (!task.folder) return http;
  return std::unique_ptr<verify::Source>(std::make_unique<FolderSource>(*task.folder, std::move(http)));
}

/// A ledger's blocks have no hash of their own: that of a text which names the block stands in.
Result<verify::BlockSeed> seed_of(const CommitmentsReport& read) {
  if (!read.block_hash.empty()) return verify::parse_seed(read.block_hash);
  return verify::BlockSeed(sha256_of("ledger block " + std::to_string(read.block)).get());
}

struct Named {
  std::string hotkey;
  const StoredCommitment* stored;  ///< null: none
};

/// Whom the question was about. `read` must outlive them.
std::vector<Named> slots_of(const CommitmentsReport& read) {
  std::vector<Named> out;
  for (const ShownCommitment& one : read.commitments) out.push_back({one.hotkey, &one.commitment});
  if (out.empty() && !read.hotkey.empty()) out.push_back({read.hotkey, nullptr});
  return out;
}

/// Several hotkeys at once, or several objects of one.
void judge(const std::vector<Named>& slots, std::size_t at_once, verify::VerifyOptions options,
           verify::Source& source, verify::VerifyResult& out) {
  const std::size_t slots_at_once = std::max<std::size_t>(1, std::min(at_once, slots.size()));
  options.parallelism = at_once / slots_at_once;
  out.slots.resize(slots.size());
  for_each_at_once(slots.size(), slots_at_once, [&](std::size_t at) {
    out.slots[at] = verify::verify_slot({out.netuid, slots[at].hotkey}, slots[at].stored, options, source);
  });
  settle(out);
}

Result<verify::VerifyResult> carry_out(Task task, const Options& options) {
  TRY_ASSIGN(const std::unique_ptr<verify::Source> source, open_source(task));
  verify::VerifyResult out;
  out.network = network_of(task.question.where);
  out.netuid = task.question.netuid;
  out.hotkey = task.question.hotkey;
  out.sampling = task.options.sampling;
  out.now = task.options.now = SystemClock().now();
  const Result<CommitmentsReport> read = read_commitments(task.question);
  if (!read) {
    out.chain = verify::of_chain_error(read.error());
    return out;
  }
  out.block = read->block;
  out.notes = read->notes;
  if (!read->hotkey.empty() && !read->registered)
    out.notes.emplace_back(
        "this hotkey is not registered: what stands there is from an earlier registration");
  TRY_ASSIGN(const verify::BlockSeed seed, seed_of(*read));
  out.seed = task.options.seed = options.verify.seed_block.value_or(seed);
  chain::AddressChecker checker;
  if (task.question.where.network != Network::kLedger) task.options.checker = &checker;
  judge(slots_of(*read), options.parallelism > 0 ? options.parallelism : kAtOnce, task.options, *source, out);
  return out;
}

}  // namespace

Result<verify::VerifyResult> verify_anybody(const Options& options) {
  TRY_ASSIGN(Task task, task_of(options));
  return carry_out(std::move(task), options);
}

Result<verify::VerifyResult> verify_publication(const Options& options, const Publication& publication) {
  TRY_ASSIGN(Task task, task_of(options, publication));
  return carry_out(std::move(task), options);
}

}  // namespace reconcile::cli
