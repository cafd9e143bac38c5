"""Node: a way for the caller to log in, without anything that a card could be known by; and the code that makes one."""

from datetime import datetime
from typing import Any

import strawberry

from auth.caller import Acr
from auth.groups import GUARDIANSHIP_EDGES, NOTICES
from models.credential import CREDENTIALS, ClosedBy, EnrolledBy
from models.ids import Letter
from models.organisation import CallerKind
from resolvers import credential
from schema.declare import shown
from schema.deed import deed
from schema.faces import value
from schema.node import node

strawberry.enum(EnrolledBy, name="CredentialProof", description="On what proof it was enrolled (登録時の確認方法).")
strawberry.enum(ClosedBy, name="CredentialEnd", description="Why it lets nobody in any more (失効の理由).")


@node(of=CREDENTIALS, letter=Letter.CREDENTIAL)
class Credential:
    """A way for the caller to log in (ログイン手段). Nothing of the card itself is kept."""

    id: strawberry.ID = shown(NOTICES, says="Opaque id (ID).")
    scheme: str = shown(
        NOTICES, says="How: jpki-auth is a card or a phone with its certificate, city a login at another city (方式)."
    )
    created_at: datetime = shown(NOTICES, says="When it was enrolled (登録日時).")
    enrolled_by: EnrolledBy = shown(NOTICES, says="On what proof (確認方法).")
    last_used_at: datetime | None = shown(NOTICES, says="When somebody last logged in with it (最終利用日時).")
    closed_at: datetime | None = shown(NOTICES, says="When it was closed (失効日時).")
    closed_by: ClosedBy | None = shown(NOTICES, says="Why (失効の理由).")


@value
class EnrolmentCode:
    """A code to hand to the resident, or to the guardian of a child under 15 (登録コード). It works once."""

    enrolment_code: str
    expires_at: datetime

    @classmethod
    def is_type_of(cls, row: Any, _info: Any) -> bool:
        """Whether a result is one."""
        return isinstance(row, credential.IssuedCode)


@value
class CredentialsClosed:
    """How many ways to log in are closed from now on (失効の結果)."""

    closed: int

    @classmethod
    def is_type_of(cls, row: Any, _info: Any) -> bool:
        """Whether a result is one."""
        return isinstance(row, credential.Closed)


REGISTERING = frozenset({"REG"})
CLOSE_CREDENTIAL = deed(
    NOTICES,
    by=credential.close,
    about=(Credential,),
    key="credential_id",
    kinds=frozenset({CallerKind.RESIDENT}),
    ends=True,
    says="A way of the caller to log in is closed, and its sessions end (ログイン手段の失効).",
)
CLOSE_CREDENTIALS = deed(
    GUARDIANSHIP_EDGES,
    by=credential.close_all,
    purposes=REGISTERING,
    key=None,
    says="The register's desk closes all of a resident, and their sessions end (ログイン手段の一括失効).",
)
ISSUE_ENROLMENT_CODE = deed(
    GUARDIANSHIP_EDGES,
    by=credential.issue,
    purposes=REGISTERING,
    key=None,
    acr=Acr.MFA,  # whoever can issue one can become anybody
    says="The register's desk, logged in with two factors, issues a code to bind a card with (登録コードの発行).",
)
