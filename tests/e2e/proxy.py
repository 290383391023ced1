"""A reverse proxy in front of the gateway: remembers every request on the wire, and can spoil answers."""
import hashlib
import http.client
import http.server
import ssl
import sys
import threading
import time
from typing import Callable, NamedTuple, Optional

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "proxy-connection", "te", "trailer", "upgrade"}


class Request(NamedTuple):
    method: str
    target: str  # path and query, as sent
    signed: bool
    status: int
    body: str = ""  # SHA-256 of what was sent
    ended: float = 0.0  # time.monotonic() when the gateway had answered


class Spoiled(NamedTuple):
    """What becomes of an answer: another status and body instead of asking the gateway at all; or a change of the
    gateway's body; or only this share of it, or nothing at all, before the connection is closed."""
    status: int = 0
    body: bytes = b""
    change: Optional[Callable[[bytes], bytes]] = None
    share: float = 1.0
    silent: bool = False


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Clients that are killed or do not like our certificate are what tests are about."""
        if not isinstance(sys.exc_info()[1], (ssl.SSLError, ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)


class Proxy:
    def __init__(self, gateway, secure=False, port=0, certificate=None):
        """`certificate`: chain and key instead of the gateway's own, whose port the proxy asks all the same."""
        self._lock = threading.Lock()
        self._requests = []
        self.spoil = None  # (method, target) -> Spoiled or None
        self.stopped = False
        self._server = Server(("127.0.0.1", port), handler(self, gateway, secure))
        if secure:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*(certificate or (gateway.ca_file, gateway.rgw / "key.pem")))
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True,
                                                      do_handshake_on_connect=False)
        self.endpoint = f"{'https' if secure else 'http'}://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def stop(self):
        """Nobody listens any more, and connections that were kept alive answer nothing more."""
        self.stopped = True
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def remember(self, request):
        with self._lock:
            self._requests.append(request)

    def taken(self):
        """The requests since the last call."""
        with self._lock:
            out, self._requests = self._requests, []
        return out


def handler(proxy, gateway, secure):
    upstream_context = ssl.create_default_context(cafile=str(gateway.ca_file)) if secure else None

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        timeout = 60

        def log_message(self, *_):
            pass

        def serve(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if proxy.stopped:
                self.close_connection = True
                return
            spoiled = (proxy.spoil and proxy.spoil(self.command, self.path)) or Spoiled()
            if spoiled.status:
                status, headers, answer = spoiled.status, [("Content-Type", "application/xml")], spoiled.body
            else:
                status, headers, answer = self.ask_gateway(body)
            if spoiled.change:
                answer = spoiled.change(answer)
            proxy.remember(Request(self.command, self.path, "Authorization" in self.headers, status,
                                   hashlib.sha256(body).hexdigest(), time.monotonic()))
            if spoiled.silent:
                self.close_connection = True
                return
            self.send_response_only(status)
            for name, value in headers:
                if name.lower() not in HOP_BY_HOP and (name.lower() != "content-length" or self.command == "HEAD"):
                    self.send_header(name, value)
            if self.command != "HEAD" and status != 204:
                self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer[:int(len(answer) * spoiled.share)])
            self.close_connection = self.close_connection or spoiled.share < 1

        def ask_gateway(self, body):
            if secure:
                connection = http.client.HTTPSConnection("127.0.0.1", gateway.tls_port, timeout=60,
                                                         context=upstream_context)
            else:
                connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=60)
            try:
                connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in self.headers.items():  # Host too: it is part of what is signed
                    if name.lower() not in HOP_BY_HOP | {"expect"}:
                        connection.putheader(name, value)
                connection.endheaders(body or None)
                response = connection.getresponse()
                return response.status, response.getheaders(), response.read()
            finally:
                connection.close()

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = serve

    return Handler
