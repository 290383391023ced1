#include "reconciler/manifest/write.h"

#include <algorithm>

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/manifest/fields.h"

namespace reconcile::manifest {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Text that no reader of YAML takes for anything else without quotes.
bool is_plain(const std::string& text) {
  static const char* const kWords[] = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"};
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (std::find(std::begin(kWords), std::end(kWords), lower) != std::end(kWords)) return false;
  if (text.empty() || !(is_letter(text.front()) || text.front() == '/' || text.starts_with("./")) ||
      text.back() == ':')
    return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || is_digit(c) || std::string_view("._/:@+=-").find(c) != std::string_view::npos;
  });
}

/// A scalar that reads back as `text`: `$` doubled against interpolation, quoted where it must be.
std::string scalar(const std::string& text) {
  if (is_plain(text)) return text;
  std::string out = "\"";
  for (const char c : text) {
    if (c == '$')
      out += "$$";
    else if (c == '"' || c == '\\')
      out += std::string("\\") + c;
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    else
      out += c;
  }
  return out + "\"";
}

std::string scalar(const SecretRef& reference) {
  return fmt::format("{{{}: {}}}",
                     reference.source == SecretRef::Source::kEnvironment ? "fromEnv" : "fromFile",
                     scalar(reference.name));
}

/// The manifest's word for an enum's value, from the one table.
template <class Enum>
std::string word(const char* address, Enum value) {
  for (const Field& field : fields()) {
    if (std::string_view(field.address) != address) continue;
    std::string_view words = field.values;
    for (int skipped = 0; skipped < static_cast<int>(value); ++skipped)
      words.remove_prefix(words.find('|') + 1);
    return std::string(words.substr(0, words.find('|')));
  }
  return "";
}

class Writer {
 public:
  explicit Writer(const Comments& comments) : comments_(comments) {}

  std::string run(const Desired& desired) {
    comment("", "");
    put("apiVersion", "reconcile/v1alpha1");
    put("kind", "Publication");
    open("metadata");
    put("metadata.name", scalar(desired.name));
    open("spec");
    comment("spec.mode", "  ");
    if (desired.mode != Mode::kEnforce) out_ += fmt::format("  mode: {}\n", word("spec.mode", desired.mode));
    bucket(desired.bucket);
    open("spec.buffer");
    put("spec.buffer.path", scalar(desired.buffer.path.string()));
    if (desired.upload.key != UploadSpec().key) {
      open("spec.upload");
      put("spec.upload.key", scalar(desired.upload.key));
    }
    comment("spec.commitment", "  ");
    if (desired.commitment) commitment(*desired.commitment);
    return std::move(out_);
  }

 private:
  void comment(const std::string& address, const std::string& indent) {
    const auto found = comments_.find(address);
    if (found == comments_.end()) return;
    for (std::string line : found->second) {
      std::erase_if(line, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
      out_ += indent + "#" + (line.empty() ? "" : " ") + line + "\n";
    }
  }

  /// As deep as its address has dots.
  static std::string indent_of(std::string_view address) {
    return std::string(2 * static_cast<std::size_t>(std::count(address.begin(), address.end(), '.')), ' ');
  }

  void line(const std::string& address, const std::string& rest) {
    out_ += indent_of(address) + address.substr(address.rfind('.') + 1) + ":" + rest + "\n";
  }
  void open(const std::string& address) {
    comment(address, indent_of(address));
    line(address, "");
  }
  void put(const std::string& address, const std::string& value) {
    comment(address, indent_of(address));
    line(address, " " + value);
  }
  void put_unless_empty(const std::string& address, const std::string& text) {
    if (!text.empty()) put(address, scalar(text));
  }

  void bucket(const BucketSpec& bucket) {
    open("spec.bucket");
    put("spec.bucket.provider", word("spec.bucket.provider", bucket.provider));
    put_unless_empty("spec.bucket.name", bucket.name);
    put_unless_empty("spec.bucket.path", bucket.path.string());
    put_unless_empty("spec.bucket.endpoint", bucket.endpoint);
    put_unless_empty("spec.bucket.region", bucket.region);
    put_unless_empty("spec.bucket.publicUrl", bucket.public_url);
    if (bucket.create) put("spec.bucket.create", "true");
    if (bucket.allow_http) put("spec.bucket.allowHttp", "true");
    put_unless_empty("spec.bucket.caFile", bucket.ca_file.string());
    if (bucket.access_key_id.source != SecretRef::Source::kNone) {
      open("spec.bucket.credentials");
      put("spec.bucket.credentials.accessKeyId", scalar(bucket.access_key_id));
      put("spec.bucket.credentials.secretAccessKey", scalar(bucket.secret_access_key));
    }
    lifecycle(bucket.lifecycle);
  }

  void lifecycle(const LifecycleSpec& spec) {
    open("spec.bucket.lifecycle");
    put("spec.bucket.lifecycle.ownership", word("spec.bucket.lifecycle.ownership", spec.ownership));
    if (spec.rules.empty()) return;
    open("spec.bucket.lifecycle.rules");
    for (const LifecycleRule& rule : spec.rules) {
      out_ += fmt::format("        - {{id: {}, prefix: {}", scalar(rule.id), scalar(rule.prefix));
      if (rule.expire_after) out_ += ", expireAfter: " + print_duration(*rule.expire_after);
      if (rule.abort_uploads_after)
        out_ += ", abortIncompleteUploadsAfter: " + print_duration(*rule.abort_uploads_after);
      out_ += "}\n";
    }
  }

  void commitment(const CommitmentSpec& spec) {
    line("spec.commitment", "");
    put("spec.commitment.network", word("spec.commitment.network", spec.network));
    if (!spec.endpoints.empty()) {
      std::string list;
      for (const std::string& endpoint : spec.endpoints)
        list += (list.empty() ? "" : ", ") + scalar(endpoint);
      put("spec.commitment.endpoints", "[" + list + "]");
    }
    put_unless_empty("spec.commitment.genesisHash", spec.genesis_hash);
    put_unless_empty("spec.commitment.ledger", spec.ledger.string());
    put("spec.commitment.netuid", std::to_string(spec.netuid));
    open("spec.commitment.wallet");
    put_unless_empty("spec.commitment.wallet.path", spec.wallet.path.string());
    put("spec.commitment.wallet.name", scalar(spec.wallet.name));
    put("spec.commitment.wallet.hotkey", scalar(spec.wallet.hotkey));
    put_unless_empty("spec.commitment.wallet.ss58Address", spec.wallet.ss58_address);
    put("spec.commitment.strategy", word("spec.commitment.strategy", spec.strategy));
    if (spec.format != default_format(spec.strategy)) put("spec.commitment.format", scalar(spec.format));
  }

  const Comments& comments_;
  std::string out_;
};

}  // namespace

std::string write_yaml(const Desired& desired, const Comments& comments) {
  return Writer(comments).run(desired);
}

}  // namespace reconcile::manifest
