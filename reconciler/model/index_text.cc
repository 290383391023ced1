#include "reconciler/model/index_text.h"

#include <fmt/core.h>

#include "reconciler/base/bytes.h"
#include "reconciler/base/units.h"
#include "reconciler/model/index_json.h"
#include "reconciler/model/index_lines.h"

namespace reconcile {
namespace {

using Json = nlohmann::ordered_json;

/// Four are all that the format needs; a deeper text is refused before it can exhaust anything.
constexpr std::size_t kDepthMax = 16;
/// Where the list `objects` lies, and each entry in it.
constexpr std::size_t kListDepth = 2, kEntryDepth = 3;

/// What was seen of one entry. A member of the wrong type is a member that is not there.
struct Draft {
  std::optional<std::string> key, sha256, time;
  std::optional<std::uint64_t> size, rows;
};

Result<IndexEntry> entry_of(Draft& draft, std::size_t at) {
  const auto wrong = [at](const char* what) {
    return corrupt_index(fmt::format("objects[{}]: {}", at, what));
  };
  if (!draft.key || draft.key->empty()) return wrong("no key");
  if (!draft.size) return wrong("no size");
  if (!draft.sha256) return wrong("no sha256");
  if (!draft.time) return wrong("no time");
  const Result<Sha256> digest = sha256_from_hex(*draft.sha256);
  const Result<Instant> when = parse_time(*draft.time);
  if (!digest) return wrong("sha256 is not 64 hex digits");
  if (!when) return wrong("time is not RFC 3339");
  return IndexEntry{ObjectKey(*std::move(draft.key)), Bytes(*draft.size), *digest, *when, draft.rows};
}

class Reader final : public Json::json_sax_t {
 public:
  IndexText out;
  std::optional<Error> error;

  bool null() override { return scalar(nullptr); }
  bool boolean(bool value) override { return scalar(value); }
  bool number_integer(std::int64_t value) override { return scalar(value); }
  bool number_float(double value, const std::string&) override { return scalar(value); }
  bool binary(Json::binary_t&) override { return false; }
  bool number_unsigned(std::uint64_t value) override {
    if (!in_list_) return scalar(value);
    if (std::optional<std::uint64_t>* number = number_of()) *number = value;
    return is_entry();
  }
  bool string(std::string& value) override {
    if (!in_list_) return scalar(std::move(value));
    if (std::optional<std::string>* text = text_of()) *text = std::move(value);
    return is_entry();
  }

  bool start_object(std::size_t) override {
    if (++depth_ > kDepthMax) return false;
    if (!in_list_) return open(Json::object());
    if (depth_ == kEntryDepth) draft_ = {};
    return true;
  }
  bool end_object() override {
    if (!in_list_) return close();
    return depth_-- != kEntryDepth || finish();
  }
  bool start_array(std::size_t) override {
    if (++depth_ > kDepthMax) return false;
    if (!in_list_ && depth_ == kListDepth && open_.back()->is_object() && key_ == "objects") {
      out.objects.emplace();
      in_list_ = true;
      return true;
    }
    return in_list_ ? depth_ > kEntryDepth || not_an_entry() : open(Json::array());
  }
  bool end_array() override {
    if (!in_list_) return close();
    in_list_ = depth_-- != kListDepth;
    return true;
  }
  bool key(std::string& name) override {
    if (in_list_ && depth_ > kEntryDepth) return true;
    key_ = std::move(name);
    if (in_list_) forget();
    if (depth_ == 1 && key_ == "objects") out.objects.reset();
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const Json::exception&) override { return false; }

 private:
  bool not_an_entry() {
    error = corrupt_index(fmt::format("objects[{}]: not an object", out.objects->size())).value();
    return false;
  }
  bool is_entry() { return depth_ >= kEntryDepth || not_an_entry(); }

  std::optional<std::string>* text_of() {
    if (depth_ != kEntryDepth) return nullptr;
    if (key_ == "key") return &draft_.key;
    if (key_ == "sha256") return &draft_.sha256;
    return key_ == "time" ? &draft_.time : nullptr;
  }
  std::optional<std::uint64_t>* number_of() {
    if (depth_ != kEntryDepth) return nullptr;
    if (key_ == "size") return &draft_.size;
    return key_ == "rows" ? &draft_.rows : nullptr;
  }
  /// A second member of the same name stands for itself alone.
  void forget() {
    if (auto* text = text_of()) text->reset();
    if (auto* number = number_of()) number->reset();
  }

  bool finish() {
    std::vector<IndexEntry>& entries = *out.objects;
    if (entries.size() == kIndexEntriesMax) return refuse(corrupt_index("no objects, or too many").value());
    Result<IndexEntry> entry = entry_of(draft_, entries.size());
    if (!entry) return refuse(std::move(entry).error());
    if (!entries.empty() && entries.back().key >= entry->key)
      return refuse(
          corrupt_index(fmt::format("objects[{}]: keys are not sorted, or one stands twice", entries.size()))
              .value());
    entries.push_back(*std::move(entry));
    return true;
  }
  bool refuse(Error why) {
    error = std::move(why);
    return false;
  }

  // ---- the tree of what stands around

  bool scalar(Json value) {
    if (in_list_) return is_entry();
    put(std::move(value));
    return true;
  }
  Json* put(Json value) {
    if (open_.empty()) {
      out.around = std::move(value);
      return &out.around;
    }
    if (open_.back()->is_array()) {
      open_.back()->push_back(std::move(value));
      return &open_.back()->back();
    }
    return &((*open_.back())[key_] = std::move(value));
  }
  bool open(Json empty) {
    open_.push_back(put(std::move(empty)));
    return true;
  }
  bool close() {
    open_.pop_back();
    --depth_;
    return true;
  }

  std::size_t depth_ = 0;
  bool in_list_ = false;
  std::string key_;
  Draft draft_;
  std::vector<Json*> open_;  ///< nothing is added beside one that is open, so it stays where it is
};

}  // namespace

Result<IndexText> read_index_text(std::string_view text) {
  std::optional<IndexLines> lines = read_index_lines(text);
  Reader reader;
  if (Json::sax_parse(lines ? std::string_view(lines->around) : text, &reader)) {
    if (!lines) return std::move(reader.out);
    if (reader.out.objects) {  // the list stood where it belongs
      reader.out.objects = std::move(lines->objects);
      return std::move(reader.out);
    }
    reader = Reader();
    if (Json::sax_parse(text, &reader)) return std::move(reader.out);
  }
  if (reader.error) return fail(*std::move(reader.error));
  return corrupt_index("not JSON");
}

}  // namespace reconcile
