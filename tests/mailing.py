"""A real mail server in the test's own loop, that can be told to refuse, to break off and to be away."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from auth.seal import KEY_BYTES, Seal
from tests.running import free_port
from tsumugi.mail.carrier import Relay
from tsumugi.mail.writing import Office

SEAL = Seal(b"m" * KEY_BYTES, "mail-stop")
OFFICE = Office("tsumugi@city.example", "花守市", "https://kosodate.city.example", "https://tsumugi.city.example", SEAL)


class Inbox:
    """What arrived, in order; `answers` are given to the next mails instead of 250, `breaks` hang up instead."""

    def __init__(self, **server):
        self.port = free_port()
        self.mails, self.answers, self.recipients, self.logins = [], [], {}, []
        self.is_breaking = False
        self._server, self._options = None, server
        self._open = []

    async def __aenter__(self):
        def protocol():
            made = SMTP(self, hostname="mail.example", loop=asyncio.get_running_loop(), **self._options)
            self._open.append(made)
            return made

        self._server = await asyncio.get_running_loop().create_server(
            protocol, "127.0.0.1", self.port, ssl=self._options.pop("tls", None)
        )
        return self

    async def __aexit__(self, *_):
        self._server.close()
        for each in self._open:
            if each.transport is not None:
                each.transport.close()
        await asyncio.sleep(0)  # the handlers end

    def authenticated(self, _server, _session, _envelope, _mechanism, data):
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"secret")

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        answer = self.recipients.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        if self.is_breaking:
            server.transport.abort()
        return "250 OK"

    @property
    def ids(self):
        return [mail["Message-ID"] for mail in self.mails]

    def relay(self, **other):
        words = {"is_tls": False, "is_starttls": False, "username": None, "password": None, "timeout_s": 5}
        return Relay(**{"host": "127.0.0.1", "port": self.port, "trusted": None} | words | other)


@pytest.fixture
async def inbox():
    async with Inbox() as opened:
        yield opened


def text(mail, kind="plain"):
    return mail.get_body((kind,)).get_content()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """TLS as a server at `localhost` has it, and as a client trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    pem = made.public_bytes(serialization.Encoding.PEM)
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file.write_bytes(key.private_bytes(serialization.Encoding.PEM, *plain) + pem)
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cadata=pem.decode())
