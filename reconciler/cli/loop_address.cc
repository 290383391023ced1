#include "reconciler/cli/loop_address.h"

#include "reconciler/net/url.h"

namespace reconcile::cli {

Result<std::string> loop_url(std::string address, const std::string& path) {
  if (address.find("://") == std::string::npos) address = "http://" + address;
  while (address.ends_with('/')) address.pop_back();
  const Result<net::Url> url = net::parse_url(address);
  if (!url || url->has_user || !url->query.empty())
    return fail(Fault::kInvalidInput, "--address: this is no address of a loop",
                "give what the loop was started with: --address http://127.0.0.1:9464");
  return address + path;
}

}  // namespace reconcile::cli
