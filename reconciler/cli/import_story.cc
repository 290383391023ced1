#include "reconciler/cli/import_story.h"

#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/base/units.h"
#include "reconciler/model/plan_json.h"
#include "reconciler/report/display.h"

namespace reconcile::cli {
namespace {

using Json = nlohmann::ordered_json;
using Lines = std::vector<std::string>;

constexpr std::size_t kWidth = 100;

struct Amount {
  std::uint64_t count = 0;
  Bytes bytes;
};

Amount amount_under(const Survey& found, const std::string& prefix) {
  Amount out;
  for (const ListedObject& object : found.objects)
    if (object.key.get().starts_with(prefix)) {
      ++out.count;
      out.bytes = out.bytes + object.size;
    }
  return out;
}

std::string print(const Amount& amount) {
  return fmt::format("{} {} ({})", print_count(amount.count), amount.count == 1 ? "object" : "objects",
                     print_size(amount.bytes));
}

const IndexFile* index_of(const Observed& observed) {
  const auto* base = if_complete(observed.base_index);
  return base && *base ? &**base : nullptr;
}

void say(Lines& out, const std::string& text) {
  for (std::string& line : wrap(visible(text), kWidth)) out.push_back(std::move(line));
}

std::string what_was_found(const Survey& found) {
  std::string out =
      fmt::format("{} holds {}, of them {} under {}", found.location, print(amount_under(found, "")),
                  print_count(amount_under(found, found.prefix).count),
                  found.prefix.empty() ? "no prefix" : found.prefix);
  if (found.lifecycle)
    out += fmt::format("; {} lifecycle {}", found.lifecycle->rules.size(),
                       found.lifecycle->rules.size() == 1 ? "rule" : "rules");
  return out + ".";
}

std::string what_is_committed(const Survey& found, const Observed& observed) {
  if (!found.chain->commitment) return "Nothing is committed for " + found.hotkey + " yet.";
  std::string out = fmt::format("Committed at block {}: {}.", print_count(found.chain->commitment->block),
                                describe(*found.chain->commitment));
  if (const IndexFile* index = index_of(observed); index && observed.base_index_committed)
    out += fmt::format(" That is {}, which names {} objects.", index->key.get(),
                       print_count(index->index.objects.size()));
  return out;
}

/// Objects that are in the bucket and that no index of ours names: nobody who follows a commitment sees them.
std::optional<std::string> what_nobody_names(const Draft& draft, const Survey& found,
                                             const Observed& observed) {
  const Amount data = amount_under(found, found.prefix);
  if (data.count == 0) return std::nullopt;
  if (!found.chain && amount_under(found, kIndexPrefix).count > 0)
    return fmt::format(
        "There are indexes under {}: name what commits them with --netuid, --hotkey and --network, "
        "and the manifest goes on with them.",
        kIndexPrefix);
  if (!has_index(draft.desired))
    return fmt::format(
        "{} under {} stay as they are: without an index nobody says which of them belong together.",
        print(data), found.prefix);
  const IndexFile* index = index_of(observed);
  const std::uint64_t named = index ? index->index.objects.size() : 0;
  if (named >= data.count) return std::nullopt;
  return fmt::format(
      "{} of the {} objects under {} are in no index: they are left alone, and who follows the commitment "
      "does "
      "not see them. To publish them put the files into the buffer folder again.",
      print_count(data.count - named), print_count(data.count), found.prefix);
}

std::string next_step(const Draft& draft) {
  if (draft.desired.commitment)
    return "Then set mode: enforce, and read what reconcile --plan says before anything is applied.";
  return "Then add a commitment section (reconcile schema describes it), set mode: enforce, and read what "
         "reconcile --plan says before anything is applied.";
}

Json json_of(const LifecycleRule& rule) {
  Json out{{"id", rule.id}, {"prefix", rule.prefix}};
  if (rule.expire_after) out["expireAfter"] = print_duration(*rule.expire_after);
  if (rule.abort_uploads_after)
    out["abortIncompleteUploadsAfter"] = print_duration(*rule.abort_uploads_after);
  return out;
}

Json rules_json(const Survey& found) {
  if (!found.lifecycle)
    return {{"read", false},
            {"why", found.lifecycle.error().cause},
            {"declared", Json::array()},
            {"foreign", Json::array()}};
  Json declared = Json::array(), foreign = Json::array();
  const SortedRules rules = sort_rules(found);
  for (const LifecycleRule& rule : rules.declared) declared.push_back(json_of(rule));
  for (const ForeignRule& rule : rules.foreign) foreign.push_back({{"id", rule.id}, {"why", rule.why}});
  return {{"read", true}, {"why", ""}, {"declared", declared}, {"foreign", foreign}};
}

Json commitment_json(const Survey& found) {
  if (!found.chain) return nullptr;
  Json out{{"network", found.chain->network}, {"hotkey", found.hotkey}};
  out["finalizedBlock"] = found.chain->finalized_block;
  out["text"] = found.chain->commitment ? Json(describe(*found.chain->commitment)) : Json();
  return out;
}

Json index_json(const Observed& observed) {
  const IndexFile* index = index_of(observed);
  if (!index) return nullptr;
  return {{"key", index->key.get()},
          {"objects", index->index.objects.size()},
          {"committed", observed.base_index_committed}};
}

}  // namespace

manifest::Comments comments_on(const Draft& draft, const Survey& found, const Observed& observed,
                               const std::optional<Error>& missed, Instant now) {
  manifest::Comments out;
  Lines& head = out[""];
  say(head, fmt::format("Written by reconcile import at {} from {}.", print_time(now), found.location));
  say(head,
      "Its first plan was empty: nothing changes until you change this file or put files into the buffer.");
  say(head, what_was_found(found));
  if (found.chain)
    head.push_back(visible(what_is_committed(found, observed)));  // not to be broken: it is copied
  if (const auto unnamed = what_nobody_names(draft, found, observed)) say(head, *unnamed);
  if (missed) {
    Lines& mode = out["spec.mode"];
    say(mode, "Only looks, since more would begin with a change or a refusal: " + missed->cause + ".");
    say(mode, "What to do first: " + missed->remedy + ".");
    say(mode, next_step(draft));
  }
  Lines& lifecycle = out["spec.bucket.lifecycle"];
  if (!found.lifecycle)
    say(lifecycle, "The rules could not be read (" + found.lifecycle.error().cause + "); none is declared.");
  for (const ForeignRule& rule : sort_rules(found).foreign)
    say(lifecycle, fmt::format("Not declared, and never touched: rule `{}`, which {}.", rule.id, rule.why));
  if (draft.desired.commitment && !draft.desired.commitment->wallet.ss58_address.empty())
    say(out["spec.commitment.wallet"],
        "Name the wallet and hotkey that hold this address: they are needed to sign.");
  return out;
}

std::vector<std::string> remarks_on(const Import& import, const Survey& found) {
  std::vector<std::string> out{what_was_found(found)};
  if (found.chain) out.push_back(what_is_committed(found, import.observed));
  if (const auto unnamed = what_nobody_names(import.draft, found, import.observed)) out.push_back(*unnamed);
  for (const ForeignRule& rule : sort_rules(found).foreign)
    out.push_back(fmt::format("rule `{}` is not declared: it {}; it stays as it is", rule.id, rule.why));
  if (import.missed)
    out.push_back(fmt::format("the manifest only looks{}: {}; {}",
                              import.draft.desired.commitment || !found.chain ? "" : " and commits nothing",
                              import.missed->cause, import.missed->remedy));
  if (!import.buffer_is_there)
    out.push_back(
        fmt::format("the buffer folder {} does not exist: make it before the first plan, which is "
                    "refused without one",
                    import.draft.desired.buffer.path.string()));
  for (std::string& line : out) line = visible(line);
  return out;
}

std::string import_json(const Import& import, const Survey& found) {
  const Amount all = amount_under(found, ""), data = amount_under(found, found.prefix);
  Json missed;
  if (import.missed) missed = {{"cause", import.missed->cause}, {"remedy", import.missed->remedy}};
  const Json out{{"schemaVersion", kPlanSchemaVersion},
                 {"kind", "Import"},
                 {"found",
                  {{"bucket", found.location},
                   {"objects", {{"count", all.count}, {"bytes", all.bytes.get()}}},
                   {"data", {{"prefix", found.prefix}, {"count", data.count}, {"bytes", data.bytes.get()}}},
                   {"publication", found.publication.empty() ? Json() : Json(found.publication)},
                   {"lifecycle", rules_json(found)},
                   {"index", index_json(import.observed)},
                   {"commitment", commitment_json(found)}}},
                 {"publication", import.draft.desired.name},
                 {"asWished", import.draft.as_wished},
                 {"missed", missed},
                 {"bufferExists", import.buffer_is_there},
                 {"remarks", remarks_on(import, found)},
                 {"manifest", import.manifest}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace reconcile::cli
