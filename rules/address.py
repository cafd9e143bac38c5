"""Mail addresses: whether one can be written to, by its shape alone. Whether somebody reads it is never asked."""

import re

LONGEST, LOCAL_LONGEST = 254, 64  # RFC 5321, 4.5.3.1, less the angle brackets
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# A dot-string at a name of two labels or more. Quoted names and addresses by number are left out: nobody is invited
# there, and what holds no space, quote or line break cannot add a header to a mail.
ADDRESS = re.compile(rf"({ATOM}(?:\.{ATOM})*)@((?:{LABEL}\.)+[A-Za-z](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9]))")


def mailbox(text: str) -> str | None:
    """The address with the name of its host in small letters; None when it is malformed (RFC 5321, 4.1.2)."""
    found = ADDRESS.fullmatch(text) if len(text) <= LONGEST else None
    if found is None or len(found[1]) > LOCAL_LONGEST:
        return None
    return f"{found[1]}@{found[2].lower()}"
