"""A small OpenID provider over loopback HTTP that checks its client as a real one does, and can be told to lie."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jws
from joserfc.jwk import RSAKey

REGISTRY = jws.JWSRegistry(algorithms=["RS256", "PS256"])
CLIENT_ID = "city-of-hanamori"
REDIRECT_URI = "https://kosodate.example.jp/back"
TERMS = """issuer = "{issuer}"
authorization_endpoint = "{issuer}/authorize"
token_endpoint = "{issuer}/token"
jwks_uri = "{issuer}/jwks"
client_id = "{client_id}"
redirect_uri = "{redirect_uri}"
acr_values = "aal3 crl"
acr = ["aal3"]
"""


class MockProvider:
    """`lie` changes what it says next: members of the header or the claims, another key, a whole token, a status."""

    def __init__(self, client_key, now):
        self.client_key, self.now = client_key, now
        self.key = RSAKey.generate_key(2048, {"kid": "provider-1"})
        self.others = {name: RSAKey.generate_key(2048, {"kid": name}) for name in ("forger", "provider-2")}
        self.codes, self.spent, self.asked, self.lie = {}, set(), [], {}
        self.subject, self.says = "ppid-0001", {"acr": "aal3"}
        handler = type("Answers", (_Answers,), {"provider": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def jwks(self):
        return {"keys": [self.key.as_dict(private=False, use="sig", alg="RS256")]}

    def authorised(self, query):
        """Where the browser is sent back to, once somebody has shown the card to the app."""
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        assert (query["client_id"], query["redirect_uri"]) == (CLIENT_ID, REDIRECT_URI)
        code = secrets.token_urlsafe()
        self.codes[code] = query
        return f"{REDIRECT_URI}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form):
        """Status and answer at the token endpoint."""
        query = self.codes.get(form["code"])
        if query is None or form["code"] in self.spent or not self._is_client(form):
            return 400, {"error": "invalid_grant"}
        challenge = _b64(hashlib.sha256(form["code_verifier"].encode()).digest())
        if challenge != query["code_challenge"] or form["redirect_uri"] != REDIRECT_URI:
            return 400, {"error": "invalid_grant"}
        self.spent.add(form["code"])
        return 200, {"access_token": "-", "token_type": "Bearer"} | self.lie.get(
            "answer", {"id_token": self.identity(query["nonce"])}
        )

    def identity(self, nonce):
        """The identity token, or what is said in its place."""
        if "token" in self.lie:
            return self.lie["token"]
        at = int(self.now().timestamp())
        good = {"iss": self.issuer, "aud": CLIENT_ID, "sub": self.subject, "nonce": nonce, "iat": at, "exp": at + 300}
        claims = good | self.says | self.lie.get("claims", {})
        header = {"alg": "RS256", "kid": "provider-1", "typ": "JWT"} | self.lie.get("header", {})
        key = self.lie.get("key", self.key)
        if header["alg"] == "none":
            return f"{_part(header)}.{_part(claims)}."
        if header["alg"] == "HS256":  # with the public key as the secret
            text = f"{_part(header)}.{_part(claims)}"
            return f"{text}.{_b64(hmac.digest(self.key.as_pem(private=False), text.encode(), 'sha256'))}"
        said = {name: value for name, value in claims.items() if value is not None}
        signing = {name: value for name, value in header.items() if value is not None}
        if signing.keys() <= {"alg", "kid", "typ"}:
            return jws.serialize_compact(signing, json.dumps(said), key, registry=REGISTRY)
        text = f"{_part(signing)}.{_part(said)}"
        return f"{text}.{_b64(b'signature')}"

    def _is_client(self, form):
        """Whether our client signed who it is, for this endpoint and for a short time."""
        made = jws.deserialize_compact(form["client_assertion"], self.client_key, registry=REGISTRY)
        claims = json.loads(made.payload)
        at = int(self.now().timestamp())
        is_known = claims["iss"] == claims["sub"] == form["client_id"] == CLIENT_ID
        return is_known and claims["aud"] == f"{self.issuer}/token" and at < claims["exp"] <= at + 300


def _part(value):
    return _b64(json.dumps(value).encode())


def _b64(value):
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


class _Answers(BaseHTTPRequestHandler):
    provider = None

    def do_GET(self):
        parts = urlsplit(self.path)
        self.provider.asked.append(parts.path)
        if parts.path == "/jwks":
            self._say(self.provider.lie.get("jwks_status", 200), json.dumps(self.provider.jwks()).encode())
            return
        self.send_response(302)
        self.send_header("location", self.provider.authorised(dict(parse_qsl(parts.query))))
        self.end_headers()

    def do_POST(self):
        form = dict(parse_qsl(self.rfile.read(int(self.headers["content-length"])).decode()))
        self.provider.asked.append("/token")
        time.sleep(self.provider.lie.get("delay_s", 0))
        if "status" in self.provider.lie:
            self._say(self.provider.lie["status"], b"{}")
            return
        status, answer = self.provider.token(form)
        self._say(status, self.provider.lie.get("body", json.dumps(answer).encode()))

    def _say(self, status, body):
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nothing."""
