"""`tsumugi staff`: which account at the municipality's provider is which member of staff."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from auth import staff
from auth.identity_token import SUBJECT_CHARACTERS
from auth.strict import is_plain
from models.organisation import STAFF_KINDS, StaffMember
from tsumugi.halt import Halt
from tsumugi.keyring import Keyring
from tsumugi.providers import STAFF, read_staff
from tsumugi.settings import Settings
from tsumugi.transacting import transacted


def link(settings: Settings, subject: str, staff_id: str, now: datetime) -> str:
    """Let an account be a member of staff from now on."""
    issuer = _issuer(settings)
    if not (is_plain(subject) and 0 < len(subject) <= SUBJECT_CHARACTERS):
        raise Halt(f"A subject is printable ASCII of at most {SUBJECT_CHARACTERS} characters.")

    async def work(db: AsyncSession) -> bool:
        member = await db.get(StaffMember, staff_id)
        if member is None or member.kind not in STAFF_KINDS:
            raise Halt(f"There is no member of staff {staff_id}.")
        return await staff.linked(db, issuer, subject, staff_id, now)

    if not transacted(settings, work):
        raise Halt("This account is a member of staff already: unlink it first.")
    return f"The account is {staff_id} from now on."


def unlink(settings: Settings, subject: str, now: datetime) -> str:
    """Say that it was done; every worker feels it within two seconds."""
    issuer = _issuer(settings)

    async def work(db: AsyncSession) -> bool:
        return await staff.unlinked(db, issuer, subject, now)

    if not transacted(settings, work):
        raise Halt("There is no such account that is open.")
    return "The account is closed, and its sessions have ended."


def _issuer(settings: Settings) -> str:
    found = read_staff(settings.providers, Keyring.load(settings.secrets, demo=settings.is_demo))
    if found is None:
        raise Halt(f"There are no terms with a provider: put {STAFF}.toml into {settings.providers}.")
    return found[1].issuer
