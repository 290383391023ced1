#include "reconciler/sim/stranger.h"

#include "reconciler/base/bytes.h"
#include "reconciler/model/index_signature.h"
#include "reconciler/sim/sim_signer.h"

namespace reconcile::sim {
namespace {

constexpr std::string_view kBase = "https://sim.invalid/";

std::string text_of_field(const Field& field) { return {field.bytes.begin(), field.bytes.end()}; }

}  // namespace

std::vector<const WorldObject*> Stranger::versions(const std::string& key, const Objects& also) const {
  std::vector<const WorldObject*> out;
  if (const auto found = world_.bucket.objects.find(key); found != world_.bucket.objects.end())
    out.push_back(&found->second);
  for (const auto& [other, object] : also)
    if (other == key) out.push_back(&object);
  return out;
}

const IndexRoot* Stranger::parsed(const WorldObject& object) {
  auto found = roots_.find(object.sha256);
  if (found == roots_.end()) {
    Result<IndexRoot> root = parse_index_root(*object.content);
    found = roots_.emplace(object.sha256, root ? std::optional(*std::move(root)) : std::nullopt).first;
  }
  return found->second ? &*found->second : nullptr;
}

std::optional<Reading> Stranger::read_root(const std::string& key, const WorldObject& object,
                                           const Objects& also) {
  const IndexRoot* root = parsed(object);
  if (!root) return std::nullopt;
  Reading out;
  out.files.insert(key);
  for (const IndexEntry& entry : root->index.objects) out.entries.emplace(entry.key.get(), entry);
  for (const IndexPart& part : root->parts) {
    const WorldObject* right = nullptr;
    for (const WorldObject* version : versions(part.key.get(), also))
      if (version->sha256 == part.sha256) right = version;
    if (!right) return std::nullopt;
    auto entries = parts_.find(part.sha256);
    if (entries == parts_.end()) {
      Result<std::vector<IndexEntry>> read = parse_index_part(*right->content, part);
      if (!read) return std::nullopt;
      entries = parts_.emplace(part.sha256, *std::move(read)).first;
    }
    out.files.insert(part.key.get());
    for (const IndexEntry& entry : entries->second) out.entries.emplace(entry.key.get(), entry);
  }
  return out;
}

bool Stranger::is_signed(const WorldObject& root) {
  const auto known = signed_.find(root.sha256);
  if (known != signed_.end()) return known->second;
  const std::optional<SignedText> split = split_signature(*root.content);
  SimChecker checker;
  const bool good = split && checker.verify(account_, signed_message(split->unsigned_text), split->signature);
  signed_.emplace(root.sha256, good);
  return good;
}

bool Stranger::is_named(const Commitment& commitment, const std::string& text,
                        const WorldObject& root) const {
  if (strategy_ == Strategy::kTwoField)
    return commitment.fields.size() == 2 && commitment.fields[1].kind == Field::Kind::kSha256 &&
           to_hex(ByteView(commitment.fields[1].bytes)) == to_hex(root.sha256);
  return text.find(to_base64url(ByteView(root.sha256.get()))) != std::string::npos;
}

std::optional<Reading> Stranger::follow(const Commitment& commitment, const Objects& also) {
  const std::string text = text_of_field(commitment.fields.at(0));
  const std::string url = text.substr(text.rfind('|') + 1);
  if (!url.starts_with(kBase)) return std::nullopt;
  const std::string key = url.substr(kBase.size());
  if (strategy_ == Strategy::kStaticPointer) return key == kPointerKey ? follow_pointer(also) : std::nullopt;
  for (const WorldObject* object : versions(key, also)) {
    if (!is_named(commitment, text, *object)) continue;
    if (strategy_ != Strategy::kLastFile) return read_root(key, *object, also);
    Reading out;
    out.entries.emplace(key, IndexEntry{ObjectKey(key), Bytes(object->content->size()), object->sha256,
                                        object->modified, std::nullopt});
    return out;
  }
  return std::nullopt;
}

std::optional<Reading> Stranger::follow_pointer(const Objects& also) {
  for (const WorldObject* object : versions(kPointerKey, also))
    if (is_signed(*object)) return read_root(kPointerKey, *object, also);
  return std::nullopt;
}

}  // namespace reconcile::sim
