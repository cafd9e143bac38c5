"""A partner that fails in every way: a real server whose next answer a test chooses."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SDL = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag"])
type Child @key(fields: "id") { id: ID!  club: Club @tag(name: "resident") }
type Club { name: String! @tag(name: "resident")  members: Int @tag(name: "resident") }
"""
SECRET = "postgres://clerk:hunter2@10.0.0.7"
HANGS_S = 3
HUGE_BYTES, PIECE = 100_000_000, b'"' + b"x" * 999_998 + b'"'


class Chaos:
    """`how` names what it does next; "well" is the right answer."""

    def __init__(self):
        self.how, self.seen = "well", []
        chaos = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                chaos.seen.append((dict(self.headers), json.loads(body)))
                chaos.answer(self, json.loads(body))

            def log_message(self, *_):
                pass

        self.handler, self.port = Handler, 0
        self.open()

    def open(self):
        """Listen, where it did before."""
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), self.handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def subgraph(self, folder):
        """Its line of federation.json."""
        (folder / "clubs.graphql").write_text(SDL, encoding="utf-8")
        url = f"http://127.0.0.1:{self.port}/graphql"
        named = {"name": "clubs", "url": url, "schema": "clubs.graphql", "partner": "102041"}
        return named | {"timeoutMs": 500, "restMs": 700}

    def close(self):
        """Listen no more."""
        self.server.shutdown()
        self.server.server_close()

    def answer(self, request, asked):
        representations = asked.get("variables", {}).get("representations", ())
        entities = [
            {"__typename": "Child", "id": each["id"], "club": {"name": f"club {place}", "members": 7}}
            for place, each in enumerate(representations)
        ]
        getattr(self, f"_{self.how}")(request, entities)

    def _well(self, request, entities):
        say(request, 200, {"data": {"_entities": entities}})

    def _slows(self, request, entities):
        time.sleep(0.3)
        self._well(request, entities)

    def _redirects(self, request, entities):
        if request.path == "/elsewhere":
            self._well(request, entities)
            return
        request.send_response(307)
        request.send_header("location", f"http://127.0.0.1:{self.port}/elsewhere")
        request.send_header("content-length", "0")
        request.end_headers()

    def _refuses(self, request, _entities):
        say(request, 403, {"errors": [{"message": SECRET}]})

    def _hangs(self, request, entities):
        time.sleep(HANGS_S)
        self._well(request, entities)

    def _trickles(self, request, _entities):
        begin(request, 200, "application/json", HUGE_BYTES)
        for _ in range(HANGS_S * 10):
            if not send(request, b" "):
                return
            time.sleep(0.1)

    def _fails(self, request, entities):
        say(request, 503, {"data": {"_entities": entities}})

    def _html(self, request, _entities):
        raw(request, 200, "text/html", f"<h1>{SECRET}</h1>".encode())

    def _halves(self, request, entities):
        raw(request, 200, "application/json", json.dumps({"data": {"_entities": entities}}).encode()[:-9])

    def _huge(self, request, _entities):
        begin(request, 200, "application/json", HUGE_BYTES)
        while send(request, PIECE):
            pass

    def _others(self, request, entities):
        self._well(request, [each | {"id": "102041-C" + "0" * 26} for each in entities])

    def _reversed(self, request, entities):
        self._well(request, entities[::-1])

    def _fewer(self, request, entities):
        self._well(request, entities[1:])

    def _typed(self, request, entities):
        self._well(request, [each | {"__typename": "Family"} for each in entities])

    def _nulls(self, request, entities):
        self._well(request, [each | {"club": {"name": None, "members": 7}} for each in entities])

    def _mistyped(self, request, entities):
        self._well(request, [each | {"club": {"name": "club", "members": "seven"}} for each in entities])

    def _secrets(self, request, entities):
        errors = [
            {"message": SECRET, "path": ["_entities", place, "club"], "extensions": {"code": SECRET, "sql": SECRET}}
            for place, _ in enumerate(entities)
        ]
        say(request, 200, {"data": {"_entities": [each | {"club": None} for each in entities]}, "errors": errors})

    def _nothing(self, request, _entities):
        say(request, 200, {"data": None, "errors": [{"message": SECRET, "extensions": {"http": {"status": 401}}}]})


def say(request, status, members):
    raw(request, status, "application/json", json.dumps(members).encode())


def raw(request, status, media, body):
    begin(request, status, media, len(body))
    send(request, body)


def begin(request, status, media, length):
    request.send_response(status)
    request.send_header("content-type", media)
    request.send_header("content-length", str(length))
    request.end_headers()


def send(request, piece):
    """Whether somebody still listens."""
    try:
        request.wfile.write(piece)
    except OSError:
        return False
    return True
