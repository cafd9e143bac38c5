"""The Digital Agency's authentication app as a second authenticator: its pseudonym for this service is the credential.

The provider gives each service another `sub` for the same person, and the same one after a card was renewed.
"""

from auth.caller import Acr
from auth.credential import Authenticated, Scheme
from auth.pepper import Peppers

LABEL = b"oidc-app\0"


def authenticated(peppers: Peppers, issuer: str, subject: str) -> Authenticated:
    """What the app's identity token proves; neither part can hold the NUL between them."""
    message = LABEL + issuer.encode() + b"\0" + subject.encode()
    return Authenticated(Scheme.APP, peppers.keys(message), Acr.APP)
