"""serial_pages.py ENDPOINT BUCKET: a whole listing, page after page on one kept-alive connection; nothing is kept of it."""
import http.client
import re
import sys
import urllib.parse

connection = http.client.HTTPConnection(sys.argv[1].partition("://")[2])
token, keys = "", 0
while True:
    more = "&continuation-token=" + urllib.parse.quote(token, safe="") if token else ""
    connection.request("GET", f"/{sys.argv[2]}?list-type=2&prefix=data%2F{more}")
    page = connection.getresponse().read()
    keys += page.count(b"<Key>")
    found = re.search(rb"<NextContinuationToken>([^<]*)<", page)
    if not found:
        break
    token = found[1].decode()
print(keys)
