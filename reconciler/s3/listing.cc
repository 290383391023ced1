// ListObjectsV2, page after page. A listing that is not whole is an error, never a shorter list.
#include "reconciler/s3/store.h"
#include "reconciler/s3/xml.h"

namespace reconcile::s3 {
namespace {

// Legal, but a server that gives nothing else would keep us forever.
constexpr int kEmptyPagesMax = 100;

tl::unexpected<Error> wrong(const std::string& what) {
  return fail(Fault::kCorrupt, "listing: " + what,
              "the server lists wrongly; nothing is concluded from this listing");
}

/// Every key in its place: under the prefix, after the one before.
Result<void> check_order(const ListPage& page, const std::string& prefix, std::string& last) {
  for (const ListedObject& object : page.objects) {
    const std::string& key = object.key.get();
    if (!key.starts_with(prefix)) return wrong("key " + key + " is not under " + prefix);
    if (key <= last) return wrong("key " + key + " comes after " + last);
    last = key;
  }
  return {};
}

}  // namespace

Result<void> S3Store::list(const std::string& prefix, const std::string& after, const PageSink& sink) {
  Pairs query{{"list-type", "2"}, {"encoding-type", "url"}, {"max-keys", "1000"}};
  if (!prefix.empty()) query.emplace_back("prefix", prefix);
  if (!after.empty()) query.emplace_back("start-after", after);
  std::string token, last = after;
  for (int empty_pages = 0; empty_pages <= kEmptyPagesMax;) {
    Call call{.verb = "list", .query = query};
    if (!token.empty()) call.query.emplace_back("continuation-token", token);
    TRY_ASSIGN(const net::Response response, session_->call(call));
    TRY_ASSIGN(ListPage page, read_list(response.body));
    TRY(check_order(page, prefix, last));
    empty_pages = page.objects.empty() ? empty_pages + 1 : 0;
    if (page.truncated && page.next_token == token) return wrong("the same page is promised again");
    if (!page.objects.empty() && !sink(std::move(page.objects))) return {};
    if (!page.truncated) return {};
    token = std::move(page.next_token);
  }
  return wrong("too many empty pages");
}

}  // namespace reconcile::s3
