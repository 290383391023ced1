"""A publisher who shares no code with the program: objects, an index in parts and a commitment, written by hand into a
folder; and a web server in front of it that can answer with anything.
"""
import base64
import hashlib
import http.server
import json
import threading
import time
import urllib.parse

import proxy
import world

DAY = 86400


def when(moment):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


def text(value):
    return (json.dumps(value, separators=(",", ":")) + "\n").encode()


class Publisher:
    """`files`: {path: bytes} below the public address. Objects of `days` days lie in parts, one for each."""

    def __init__(self, hotkey, objects=12, days=3, age=60):
        self.hotkey, self.netuid, self.age = hotkey, 13, age
        self.files = {f"data/{number:04}.json": text({"number": number}) for number in range(objects)}
        self.days, self.keys = days, sorted(self.files)
        self.front = Front(self.files)

    def stop(self):
        self.front.stop()

    @property
    def base(self):
        return self.front.url + "/"

    def entry(self, key, moment):
        return {"key": key, "size": len(self.files[key]), "sha256": world.sha256(self.files[key]),
                "time": when(moment)}

    def publish(self, **changes):
        """Writes the index and returns the commitment's text."""
        now = time.time() - self.age
        entries = {key: self.entry(key, now - DAY * (number % (self.days + 1)))
                   for number, key in enumerate(self.keys)}
        parts, rest = {}, []
        for key, entry in entries.items():
            day = entry["time"][:10]
            (rest if day == when(now)[:10] else parts.setdefault(day, [])).append(entry)
        named = []
        for day, objects in sorted(parts.items()):
            data = text({"schema": "reconcile.index-part/v1", "day": day, "objects": objects})
            key = f"i/parts/{day}-{world.sha256(data)[:16]}.json"
            self.files[key] = data
            named.append({"key": key, "size": len(data), "sha256": world.sha256(data), "count": len(objects)})
        self.parts = [part["key"] for part in named]
        root = {"schema": "reconcile.index/v1", "seq": 7, "prev": None, "netuid": self.netuid, "hotkey": self.hotkey,
                "time": when(now), **({"parts": named} if named else {}), "objects": rest, **changes}
        self.files["i/00000007.json"] = text(root)
        digest = base64.urlsafe_b64encode(hashlib.sha256(self.files["i/00000007.json"]).digest()).rstrip(b"=")
        return f"rc1|{digest.decode()}|{self.base}i/00000007.json"


class Front:
    """Answers GET from a table. `faults`: {path: called with the handler instead}."""

    def __init__(self, files):
        self.files, self.faults, self.asked = files, {}, []
        self.ended = threading.Event()  # what keeps silent waits for this
        self._server = proxy.Server(("127.0.0.1", 0), handler_for(self))
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def stop(self):
        if self.ended.is_set():
            return
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def handler_for(front):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *_):
            pass

        def answer(self, status, body=b"", **headers):
            self.send_response_only(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self):
            path = urllib.parse.unquote(self.path.lstrip("/"))
            front.asked.append((path, {name.lower() for name in self.headers}))
            if path in front.faults:
                return front.faults[path](self)
            if path not in front.files:
                return self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
            self.answer(200, front.files[path])

    return Handler


# Faults ---------------------------------------------------------------------------------------------------------


def status(code):
    return lambda handler: handler.answer(code, b"trouble")


def body(data):
    return lambda handler: handler.answer(200, data)


def redirect(location):
    return lambda handler: handler.answer(302, b"", Location=location)


def silence(front):
    """Accepts, and says nothing."""
    def hold(handler):
        handler.close_connection = True
        front.ended.wait(60)
    return hold


def drip(front):
    """A byte now and then: never quite silent, never done."""
    def send(handler):
        handler.close_connection = True
        handler.send_response_only(200)
        handler.send_header("Content-Length", "13")
        handler.end_headers()
        while not front.ended.wait(0.3):
            handler.wfile.write(b"x")
    return send


def endless(size, announced):
    """Zeros, for as long as somebody reads them."""
    def send(handler):
        handler.close_connection = True
        handler.send_response_only(200)
        if announced:
            handler.send_header("Content-Length", str(size))
        handler.end_headers()
        piece = bytes(1 << 20)
        for _ in range(size // len(piece)):
            handler.wfile.write(piece)
    return send
