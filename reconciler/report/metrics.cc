#include <initializer_list>
#include <utility>

#include <fmt/core.h>

#include "reconciler/report/json.h"
#include "reconciler/report/status.h"

namespace reconcile {
namespace {

using Labels = std::initializer_list<std::pair<const char*, std::string>>;

/// Backslash, quote and newline are escaped; that is all the format asks for.
std::string escaped(const std::string& value) {
  std::string out;
  for (const char c : value) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out;
}

class Writer {
 public:
  explicit Writer(const ProcessStatus& status) : status_(status) {}

  /// HELP, TYPE, and then `each` publication's samples.
  template <class Each>
  void family(const char* name, const char* type, const char* help, const Each& each) {
    begin(name, type, help);
    for (const PublicationStatus& publication : status_.publications) each(publication);
  }
  void begin(const char* name, const char* type, const char* help) {
    name_ = name;
    text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
  }
  template <class Number>
  void sample(Labels labels, Number value, const char* suffix = "") {
    std::string inside;
    for (const auto& [name, label] : labels)
      inside += fmt::format("{}{}=\"{}\"", inside.empty() ? "" : ",", name, escaped(label));
    text_ += fmt::format("{}{}{} {}\n", name_, suffix, inside.empty() ? "" : "{" + inside + "}", value);
  }
  std::string take() { return std::move(text_); }

 private:
  const ProcessStatus& status_;
  std::string name_;
  std::string text_;
};

std::int64_t seconds_of(Instant time) { return time.time_since_epoch().count(); }

void process(const ProcessStatus& status, Writer& out) {
  out.begin("reconcile_build_info", "gauge", "The program that runs; always 1.");
  out.sample({{"version", tool_version()}}, 1);
  out.begin("reconcile_start_timestamp_seconds", "gauge", "When the process started.");
  out.sample({}, seconds_of(status.started));
  out.begin("reconcile_heartbeat_timestamp_seconds", "gauge", "When the loop was last seen alive.");
  out.sample({}, seconds_of(status.heartbeat));
  out.begin("reconcile_manifest_valid", "gauge",
            "0: the newest manifests cannot be read or are invalid, and older ones are in force.");
  out.sample({}, status.manifest_error ? 0 : 1);
  if (!status.source) return;
  out.begin("reconcile_source_info", "gauge", "The commit in git that is in force; always 1.");
  out.sample({{"address", status.source->address},
              {"commit", status.source->in_force.commit},
              {"signer", status.source->in_force.signer}},
             1);
  out.begin("reconcile_source_reached_timestamp_seconds", "gauge",
            "When the source in git last told its newest commit.");
  if (status.source->reached) out.sample({}, seconds_of(*status.source->reached));
}

void convergence(const ProcessStatus& status, Writer& out) {
  out.family("reconcile_convergence_lag_seconds", "gauge",
             "How old data that readers cannot see yet may be, at worst. Alert above three cadences.",
             [&](const PublicationStatus& p) {
               out.sample({{"publication", p.name}}, lag_of(p, status.now).count());
             });
  out.family("reconcile_last_success_timestamp_seconds", "gauge", "When nothing was last seen to be left.",
             [&](const PublicationStatus& p) {
               if (p.caught_up) out.sample({{"publication", p.name}}, seconds_of(*p.caught_up));
             });
  out.family("reconcile_next_pass_timestamp_seconds", "gauge", "When the next pass is due.",
             [&](const PublicationStatus& p) {
               if (p.next_pass) out.sample({{"publication", p.name}}, seconds_of(*p.next_pass));
             });
  out.family("reconcile_condition", "gauge", "1 for the status that the condition has.",
             [&](const PublicationStatus& p) {
               for (const Condition& condition : p.conditions)
                 for (const Truth truth : {Truth::kTrue, Truth::kFalse, Truth::kUnknown})
                   out.sample({{"publication", p.name}, {"type", condition.type}, {"status", name_of(truth)}},
                              condition.status == truth ? 1 : 0);
             });
  out.family(
      "reconcile_pending_actions", "gauge", "Steps that the last pass left.",
      [&](const PublicationStatus& p) {
        for (const auto& [what, count] : p.pending)
          out.sample({{"publication", p.name}, {"domain", what.first}, {"action", what.second}}, count);
      });
}

void counters(Writer& out) {
  using P = PublicationStatus;
  out.family("reconcile_runs_total", "counter", "Passes, by result.", [&](const P& p) {
    for (const char* result : {"ok", "changes", "partial", "blocked", "error"}) {
      const auto found = p.counters.passes.find(result);
      out.sample({{"publication", p.name}, {"result", result}},
                 found == p.counters.passes.end() ? std::uint64_t{0} : found->second);
    }
  });
  out.family("reconcile_run_duration_seconds", "histogram", "How long passes take.", [&](const P& p) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < p.counters.durations.size(); ++i) {
      sum += p.counters.durations[i];
      const bool last = i == Counters::kDurationBounds.size();
      out.sample(
          {{"publication", p.name}, {"le", last ? "+Inf" : std::to_string(Counters::kDurationBounds[i])}},
          sum, "_bucket");
    }
    out.sample({{"publication", p.name}}, p.counters.duration_seconds, "_sum");
    out.sample({{"publication", p.name}}, sum, "_count");
  });
  out.family("reconcile_actions_total", "counter", "Steps carried out or tried.", [&](const P& p) {
    for (const auto& [action, count] : p.counters.actions)
      out.sample({{"publication", p.name},
                  {"domain", action.domain},
                  {"action", action.verb},
                  {"result", action.result}},
                 count);
  });
  out.family("reconcile_errors_total", "counter", "Passes that met a fault, by its class.", [&](const P& p) {
    for (const auto& [fault, count] : p.counters.faults)
      out.sample({{"publication", p.name}, {"class", fault}}, count);
  });
  out.family("reconcile_guard_blocks_total", "counter", "Refusals by a guard.", [&](const P& p) {
    for (const auto& [guard, count] : p.counters.guard_blocks)
      out.sample({{"publication", p.name}, {"guard", guard}}, count);
  });
  out.family("reconcile_drift_detected_total", "counter",
             "What others had changed, counted in each pass that saw it.", [&](const P& p) {
               for (const char* domain : {"objects", "bucket"}) {
                 const auto found = p.counters.drift.find(domain);
                 out.sample({{"publication", p.name}, {"domain", domain}},
                            found == p.counters.drift.end() ? std::uint64_t{0} : found->second);
               }
             });
  out.family("reconcile_lease_transitions_total", "counter",
             "Times that the lease was taken after another holder, or lost.", [&](const P& p) {
               out.sample({{"publication", p.name}}, p.counters.lease_transitions);
             });
  out.family("reconcile_notifications_total", "counter", "Messages to webhooks.", [&](const P& p) {
    for (const char* result : {"delivered", "failed"}) {
      const auto found = p.counters.notifications.find(result);
      out.sample({{"publication", p.name}, {"result", result}},
                 found == p.counters.notifications.end() ? std::uint64_t{0} : found->second);
    }
  });
  out.family("reconcile_uploaded_bytes_total", "counter", "Sent to the bucket, indexes included.",
             [&](const P& p) {
               out.sample({{"publication", p.name}}, p.counters.uploaded_bytes);
             });
  out.family("reconcile_deleted_bytes_total", "counter", "Of objects removed from the bucket.",
             [&](const P& p) {
               out.sample({{"publication", p.name}}, p.counters.deleted_bytes);
             });
  out.family("reconcile_released_files_total", "counter", "Buffer files released once they were published.",
             [&](const P& p) {
               out.sample({{"publication", p.name}}, p.counters.released_files);
             });
}

void sights(Writer& out) {
  using P = PublicationStatus;
  out.family("reconcile_buffer_files", "gauge", "Files in the buffer that are not published yet.",
             [&](const P& p) {
               out.sample({{"publication", p.name}}, p.sight.unpublished_files);
             });
  out.family("reconcile_buffer_size_bytes", "gauge", "Their size.", [&](const P& p) {
    out.sample({{"publication", p.name}}, p.sight.unpublished_bytes.get());
  });
  out.family("reconcile_buffer_oldest_file_timestamp_seconds", "gauge",
             "When the oldest of them was written.", [&](const P& p) {
               if (p.sight.oldest_unpublished)
                 out.sample({{"publication", p.name}}, seconds_of(*p.sight.oldest_unpublished));
             });
  out.family("reconcile_leader", "gauge",
             "1: the lease was ours when last asked for; 0: another machine had it.", [&](const P& p) {
               if (p.leader) out.sample({{"publication", p.name}}, *p.leader ? 1 : 0);
             });
  out.family("reconcile_clock_skew_seconds", "gauge",
             "The peer's clock less this machine's, when last compared.", [&](const P& p) {
               if (p.bucket_ahead)
                 out.sample({{"publication", p.name}, {"peer", "bucket"}}, p.bucket_ahead->count());
             });
  out.family("reconcile_chain_commit_budget_bytes", "gauge", "What may be committed in an epoch.",
             [&](const P& p) {
               if (p.sight.budget) out.sample({{"publication", p.name}}, p.sight.budget->max);
             });
  out.family("reconcile_chain_commit_used_bytes", "gauge", "What of it is used.", [&](const P& p) {
    if (p.sight.budget) out.sample({{"publication", p.name}}, p.sight.budget->used);
  });
}

}  // namespace

std::string render_metrics(const ProcessStatus& status) {
  Writer out(status);
  process(status, out);
  convergence(status, out);
  counters(out);
  sights(out);
  return out.take();
}

}  // namespace reconcile
