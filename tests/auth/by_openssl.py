"""An authority run by the `openssl` command line alone (configuration files, `ca`, `ocsp`), by none of our code."""

import ssl
import subprocess
from datetime import timedelta
from pathlib import Path

from tests.auth.forge import CN, LOGIN_POLICY, NOW

DAY = timedelta(days=1)
NAME = "/C=JP/O=JPKI-FORGED/OU=JPKI for user authentication"
RENAMED = "/C=JP/O=JPKI-FORGED/OU=JPKI for digital signature"
LEAF = f"/C=JP/CN={CN}"
EC = ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
RSA = ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")

LIST = {"issuingDistributionPoint": "critical,@ours_idp", "authorityKeyIdentifier": "keyid"}
GOOD = {
    "authorityKeyIdentifier": "keyid",
    "keyUsage": "critical,digitalSignature",
    "extendedKeyUsage": "clientAuth",
    "certificatePolicies": f"critical,{LOGIN_POLICY}",
    "crlDistributionPoints": "ours",
}
AUTHORITY = {
    "basicConstraints": "critical,CA:TRUE",
    "keyUsage": "critical,keyCertSign,cRLSign",
    "subjectKeyIdentifier": "hash",
}
# Names are written in sections of their own: a distribution point is a directory name, one for each municipality.
SECTIONS = f"""
[ours]
fullname = dirName:ours_name
[foreign]
fullname = dirName:foreign_name
[address]
fullname = URI:http://example.jp/crl
[some]
fullname = dirName:ours_name
reasons = keyCompromise
[others]
fullname = dirName:ours_name
CRLissuer = dirName:foreign_name
[ours_name]
C = JP
O = JPKI-FORGED
OU = JPKI for user authentication
CN = 131016 CRLDP
[foreign_name]
C = JP
O = JPKI-FORGED
OU = JPKI for user authentication
CN = 141003 CRLDP
[relative_name]
CN = 131016 CRLDP
[ours_idp]
fullname = dirName:ours_name
[foreign_idp]
fullname = dirName:foreign_name
[address_idp]
fullname = URI:http://example.jp/crl
[relative_idp]
relativename = relative_name
[users_idp]
fullname = dirName:ours_name
onlyuser = TRUE
[authorities_idp]
fullname = dirName:ours_name
onlyCA = TRUE
[attributes_idp]
fullname = dirName:ours_name
onlyAA = TRUE
[indirect_idp]
fullname = dirName:ours_name
indirectCRL = TRUE
[some_idp]
fullname = dirName:ours_name
onlysomereasons = keyCompromise
[qualified]
policyIdentifier = {LOGIN_POLICY}
CPS.1 = http://www.jpki.go.jp/cps.html
"""


def moment(at):
    """As `openssl ca` takes it."""
    return f"{at:%Y%m%d%H%M%SZ}"


class OpenSsl:
    """A folder in which it works. Keys, requests, certificates and lists are files there, by name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made = 0

    def __call__(self, *arguments) -> bytes:
        command = ["openssl", *map(str, arguments)]
        ended = subprocess.run(command, cwd=self.folder, capture_output=True, check=False)
        assert ended.returncode == 0, (command, ended.stderr.decode())
        return ended.stdout

    def read(self, name) -> bytes:
        return (self.folder / name).read_bytes()

    def key(self, name, *kind, subject=LEAF):
        """A key of that kind and a request for it."""
        self("genpkey", *(kind or EC), "-out", f"{name}.key")
        self.request(name, subject)

    def request(self, name, subject):
        self("req", "-new", "-key", f"{name}.key", "-subj", subject, "-out", f"{name}.csr", "-utf8")

    def authority(self, name, *kind, key=None, subject=NAME, changes=None, before=-1000 * DAY, after=1000 * DAY):
        """Self-signed; with `key` another certificate for the key of that authority."""
        if key is None:
            self("genpkey", *(kind or RSA), "-out", f"{name}.key")
        else:
            (self.folder / f"{name}.key").write_bytes(self.read(f"{key}.key"))
        self.request(name, subject)
        self._sign(name, "01", AUTHORITY | (changes or {}), (before, after), "-selfsign", "-keyfile", f"{name}.key")

    def holder(self, name, *, subject=LEAF, by="authority", changes=None, before=-DAY, after=DAY):
        """Somebody with a key and a certificate of their own, who may then pretend to be more."""
        self.key(name, subject=subject)
        signs = ("-cert", f"{by}.crt", "-keyfile", f"{by}.key")
        self._sign(name, "0A", GOOD | (changes or {}), (before, after), *signs)

    def leaf(
        self, *options, by="authority", key="card", changes=None, before=-DAY, after=DAY, serial="0123456789ABCDEF"
    ):
        """A good login certificate in DER but for what is changed; None leaves an extension out."""
        self.made += 1
        name = f"leaf-{self.made}"
        (self.folder / f"{name}.csr").write_bytes(self.read(f"{key}.csr"))
        signs = ("-cert", f"{by}.crt", "-keyfile", f"{by}.key")
        self._sign(name, serial, GOOD | (changes or {}), (before, after), *signs, *options)
        return self.certificate(name)

    def certificate(self, name) -> bytes:
        """In DER."""
        return ssl.PEM_cert_to_DER_cert(self.read(f"{name}.crt").decode())

    def list(self, *options, by="authority", changes=None, entries=(), number="07", times=(-DAY, DAY)) -> bytes:
        """A good revocation list in DER but for what is changed; entries are a serial, or one with a reason."""
        revoked = f"{NOW - DAY:%y%m%d%H%M%SZ}"
        lines = [
            f"R\t301231000000Z\t{revoked}{',' if reason else ''}{reason}\t{serial}\tunknown\t{LEAF}\n"
            for serial, _, reason in (entry.partition(",") for entry in entries)
        ]
        config = self._config(LIST | (changes or {}), "crl_extensions", number=number, index="".join(lines))
        span = [moment(NOW + each) for each in times]
        signs = ("-cert", f"{by}.crt", "-keyfile", f"{by}.key")
        spanned = ("-crl_lastupdate", span[0], "-crl_nextupdate", span[1])
        self("ca", "-gencrl", "-config", config, *signs, *spanned, "-out", "list.pem", *options)
        return ssl.PEM_cert_to_DER_cert(self.read("list.pem").decode().replace("X509 CRL", "CERTIFICATE"))

    def answer(self, question, *options, by="authority", signer="authority", entries=()) -> bytes:
        """What its OCSP responder says to a question; entries are status, serial and perhaps a reason."""
        (self.folder / "question.der").write_bytes(question)
        index = "".join(f"{line}\tunknown\t{LEAF}\n" for line in entries)
        (self.folder / "answers.txt").write_text(index)
        asked = ("-index", "answers.txt", "-CA", f"{by}.crt", "-reqin", "question.der", "-respout", "answer.der")
        self("ocsp", *asked, "-rsigner", f"{signer}.crt", "-rkey", f"{signer}.key", *(options or ("-nmin", 5)))
        return self.read("answer.der")

    def _sign(self, name, serial, extensions, span, *options) -> None:
        config = self._config(extensions, "x509_extensions", serial=serial)
        dates = ("-startdate", moment(NOW + span[0]), "-enddate", moment(NOW + span[1]))
        files = ("-in", f"{name}.csr", "-out", f"{name}.crt")
        self("ca", "-batch", "-notext", "-config", config, *files, *dates, *options)

    def _config(self, extensions, role, *, serial="01", number=None, index="") -> str:
        """A fresh database of issued certificates, and the extensions that are wanted."""
        (self.folder / "index.txt").write_text(index)
        (self.folder / "serial").write_text(serial)
        (self.folder / "number").write_text(number or "01")
        said = "\n".join(f"{name} = {value}" for name, value in extensions.items() if value is not None)
        # A list without extensions is one of version 1: the section must not even be named.
        (self.folder / "config").write_text(
            f"[ca]\ndefault_ca = d\n[d]\ndatabase = index.txt\nserial = serial\nnew_certs_dir = .\npolicy = p\n"
            f"default_md = sha256\npreserve = yes\nunique_subject = no\n"
            f"{'' if number is None else 'crlnumber = number'}\n{f'{role} = e' if said else ''}\n"
            f"[p]\ncountryName = optional\norganizationName = optional\norganizationalUnitName = optional\n"
            f"commonName = optional\n[e]\n{said}\n{SECTIONS}"
        )
        return "config"
