#include "reconciler/net/url.h"

#include <gtest/gtest.h>

namespace reconcile::net {
namespace {

TEST(Url, TakesItsPartsAsWritten) {
  const auto url = parse_url("HTTPS://Bucket.Example.com:8443/a/../b%20c?x=1&y");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->host, "bucket.example.com");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->path, "/a/../b%20c");
  EXPECT_EQ(url->query, "x=1&y");
  EXPECT_FALSE(url->has_user);
  EXPECT_EQ(url->origin(), "https://bucket.example.com:8443");
}

TEST(Url, LeavesTheSchemesOwnPortOutOfTheAuthority) {
  EXPECT_EQ(parse_url("https://a:443")->authority(), "a");
  EXPECT_EQ(parse_url("http://a:80")->authority(), "a");
  EXPECT_EQ(parse_url("http://a:443")->authority(), "a:443");
  EXPECT_EQ(parse_url("http://[::1]:8080/")->authority(), "[::1]:8080");
  EXPECT_EQ(parse_url("http://a")->path, "/");
}

TEST(Url, NoticesCredentialsWithoutRepeatingThem) {
  const auto url = parse_url("https://user:pass@host/");
  ASSERT_TRUE(url);
  EXPECT_TRUE(url->has_user);
  EXPECT_EQ(url->origin(), "https://host");
}

TEST(Url, RefusesWhatIsNotHttp) {
  for (const std::string text : {"", "host", "ftp://host/", "http://", "http://a b/", "http://a/\n",
                                 "http://a:99999/", "file:///x", "javascript:alert(1)"}) {
    EXPECT_FALSE(parse_url(text)) << text;
  }
  EXPECT_FALSE(parse_url("http://a/" + std::string(8192, 'x')));
}

TEST(Url, KnowsLoopback) {
  for (const char* host : {"localhost", "s3.localhost", "127.0.0.1", "127.8.9.1", "[::1]"})
    EXPECT_TRUE(is_loopback(host)) << host;
  for (const char* host : {"127.0.0.1.evil.com", "localhost.evil.com", "127.evil.0.1", "128.0.0.1",
                           "10.0.0.1", "[::2]", "notlocalhost", ""})
    EXPECT_FALSE(is_loopback(host)) << host;
}

TEST(Url, ResolvesRedirectsAgainstTheirBase) {
  EXPECT_EQ(*resolve_url("https://h/a/b?q", "../c"), "https://h/c");
  EXPECT_EQ(*resolve_url("https://h/a/b", "//other/x"), "https://other/x");
  EXPECT_EQ(*resolve_url("https://h/a/b", "?z"), "https://h/a/b?z");
}

}  // namespace
}  // namespace reconcile::net
