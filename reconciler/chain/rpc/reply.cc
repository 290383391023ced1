#include "reconciler/chain/rpc/reply.h"

#include "reconciler/base/utf8.h"

namespace reconcile::chain {
namespace {

using nlohmann::json;

constexpr std::size_t kErrorTextMax = 4096;
constexpr std::size_t kDescribedTextMax = 280;

tl::unexpected<Error> corrupt(const std::string& what) {
  return fail(Fault::kCorrupt, "the reply is no JSON-RPC answer: " + what,
              "check that the address is a node's JSON-RPC endpoint, and what stands in front of it");
}

/// At most `size` bytes, cut between code points.
std::string first_bytes(const std::string& text, std::size_t size) {
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) --size;
  return text.substr(0, size) + "…";
}

/// What is wrong with the text's size as a tree; nullptr when nothing is. Knows strings and nothing else:
/// what it misjudges in a text that is no JSON, the parser stops at.
const char* too_much(std::string_view text) {
  std::size_t depth = 0, values = 1;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '[' || c == '{') {
      ++values;
      if (++depth > kReplyDepthMax) return "nested deeper than 64 levels";
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    } else if (c == ',') {
      ++values;
    }
    if (values > kReplyValuesMax) return "more than 200,000 values";
  }
  return nullptr;
}

Result<json> tree_of(std::string_view text) {
  if (text.empty()) return corrupt("it is empty");
  if (!is_utf8(text)) return corrupt("it is not UTF-8");
  // The parser takes a NUL for the end and would not see what follows.
  if (text.find('\0') != std::string_view::npos) return corrupt("a NUL byte is in it");
  if (const char* what = too_much(text)) return corrupt(what);
  json tree = json::parse(text, nullptr, false);
  if (tree.is_discarded()) return corrupt("it is not JSON");
  if (!tree.is_object()) return corrupt(std::string("it is of type ") + tree.type_name());
  return tree;
}

Result<RpcError> error_of(const json& member) {
  if (!member.is_object()) return corrupt("its error is no object");
  RpcError out;
  if (const auto code = member.find("code"); code != member.end()) {
    if (!code->is_number_integer()) return corrupt("its error's code is no whole number");
    out.code = code->get<std::int64_t>();
  }
  const auto message = member.find("message");
  if (message == member.end() || !message->is_string()) return corrupt("its error has no message");
  out.message = first_bytes(message->get_ref<const std::string&>(), kErrorTextMax);
  if (const auto data = member.find("data"); data != member.end() && !data->is_null())
    out.data = first_bytes(data->is_string() ? data->get<std::string>() : data->dump(), kErrorTextMax);
  return out;
}

}  // namespace

std::string describe(const RpcError& error) {
  const std::string code = error.code == 0 ? "" : std::to_string(error.code) + ": ";
  const std::string data = error.data.empty() ? "" : " (" + first_bytes(error.data, kDescribedTextMax) + ")";
  return code + first_bytes(error.message, kDescribedTextMax) + data;
}

Result<std::string> request_text(std::uint64_t id, std::string_view method, const json& params) {
  try {
    return json{{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}}.dump();
  } catch (const json::exception&) {
    return fail(Fault::kInvalidInput, "a text to be sent to the node is not UTF-8", "mend the text");
  }
}

Result<std::optional<RpcAnswer>> read_message(std::string_view text, std::uint64_t id) {
  TRY_ASSIGN(json tree, tree_of(text));
  const auto version = tree.find("jsonrpc");
  if (version == tree.end() || *version != "2.0") return corrupt("its jsonrpc is not \"2.0\"");
  if (tree.contains("method")) return std::optional<RpcAnswer>();

  const auto result = tree.find("result");
  const auto error = tree.find("error");
  if (result != tree.end() && error != tree.end()) return corrupt("it has both a result and an error");
  if (result == tree.end() && error == tree.end()) return corrupt("it has neither a result nor an error");
  RpcAnswer out;
  if (error != tree.end()) {
    TRY_ASSIGN(out.error, error_of(*error));
  } else {
    out.result = std::move(*result);
  }

  const auto theirs = tree.find("id");
  if (theirs == tree.end() || theirs->is_null())
    return corrupt("it has no id" + (out.error ? "; it says " + describe(*out.error) : std::string()));
  if (!theirs->is_number_integer()) return corrupt("its id is not a whole number");
  if (!theirs->is_number_unsigned() || theirs->get<std::uint64_t>() != id) return std::optional<RpcAnswer>();
  return std::optional<RpcAnswer>(std::move(out));
}

Result<RpcAnswer> read_reply(std::string_view text, std::uint64_t id) {
  TRY_ASSIGN(std::optional<RpcAnswer> answer, read_message(text, id));
  if (!answer) return corrupt("it answers another question than " + std::to_string(id));
  return *std::move(answer);
}

}  // namespace reconcile::chain
