// A node's replies. The first byte chooses which question is open.

#include "fuzz.h"

#include "reconciler/base/utf8.h"
#include "reconciler/chain/rpc/reply.h"

using namespace reconcile;
using namespace reconcile::chain;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::uint64_t id = data[0];
  const std::string_view text = text_of_input(data + 1, size - 1);
  const auto message = read_message(text, id);
  const auto reply = read_reply(text, id);
  law(reply.has_value() == (message && message->has_value()),
      "only a reply to the open question is its answer");
  if (!message) law(message.error().fault == Fault::kCorrupt, "what is no message is corrupt");
  if (!reply) {
    law(is_utf8(reply.error().cause), "an error can be shown");
    return 0;
  }
  law(!read_reply(text, id + 1).has_value(), "a reply answers one question");
  if (reply->error) {
    law(reply->result.is_null(), "a refusal holds no result");
    law(is_utf8(describe(*reply->error)) && describe(*reply->error).size() <= 600, "a refusal can be shown");
    return 0;
  }
  const nlohmann::json again = {{"jsonrpc", "2.0"}, {"id", id}, {"result", reply->result}};
  const auto second = read_reply(again.dump(), id);
  law(second && second->result.dump() == reply->result.dump(),
      "a result that is written again reads the same");
  return 0;
}
