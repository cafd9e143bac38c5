"""The caller, and what is theirs."""

from collections.abc import Iterator

import strawberry

from auth.access import Caller
from auth.groups import ACCESS_LOG, ADDRESS_CONTACT, IDENTITY, NOTICES, POINTS_BALANCE, PREGNANCY_CORE, PUBLIC
from auth.policy import PREGNANT_SELF, SELF_15_17, SELF_18PLUS, SELF_UNDER15
from models.access_log import AccessEntry as AccessEntryRow
from models.application_view import APPLICATIONS
from models.child import Child as ChildRow
from models.credential import CREDENTIALS
from models.mailbox import Mailbox as MailboxRow
from models.notice_view import NOTICES as NOTICE_ROWS
from models.organisation import CallerKind
from models.pregnancy import Pregnancy as PregnancyRow
from models.subject import Noun
from resolvers.context import Context
from schema.access_log import AccessEntry
from schema.application import Application
from schema.child import Child
from schema.credential import Credential
from schema.declare import free, keyed, listed, told
from schema.explanation import Explanation, explain
from schema.faces import Connection
from schema.family import Family
from schema.mailbox import Mailbox
from schema.node import NODES, Node, root
from schema.notice import Notice
from schema.point import PointAccount
from schema.pregnancy import Pregnancy
from schema.rider import ANY_PART, RIDERS_BY_AGE, Rider

SELVES = (SELF_UNDER15, SELF_15_17, SELF_18PLUS, PREGNANT_SELF)
Key = tuple[Node, str] | None


def household(context: Context) -> Key:
    """The caller's own family."""
    family_id = context.caller.relations.family_id
    return (NODES["Family"], family_id) if family_id else None


def own_record(context: Context) -> Key:
    """The caller's own child record, if there is one."""
    return _own(context.caller, Noun.CHILD, "Child")


def rider(context: Context, child_id: strawberry.ID | None = None) -> Key:
    """The caller's own registration, or a ward's."""
    if child_id is None:
        return _own(context.caller, Noun.RIDER, "Rider")
    found = context.caller.relations.riders.get(str(child_id))
    return (NODES["Rider"], found) if found else None


def own_account(context: Context) -> Key:
    """The caller's own points."""
    return _own(context.caller, Noun.ACCOUNT, "PointAccount")


def _own(caller: Caller, noun: Noun, name: str) -> Key:
    ids = sorted(each for policy in SELVES for each in caller.relations.held.get((policy, noun), ()))
    return (NODES[name], ids[0]) if ids else None


def wards(caller: Caller) -> frozenset[str]:
    """The children whose record is open to the caller through a guardianship or an invitation."""
    held = (ids for (policy, noun), ids in caller.relations.held.items() if noun is Noun.CHILD and policy not in SELVES)
    return frozenset().union(*held, *_shared(caller, Noun.CHILD))


def pregnancies(caller: Caller) -> frozenset[str]:
    """The caller's own pregnancies, and those shared by invitation."""
    own = caller.relations.held.get((PREGNANT_SELF, Noun.PREGNANCY), frozenset())
    return own.union(*_shared(caller, Noun.PREGNANCY))


def _shared(caller: Caller, about: Noun) -> Iterator[frozenset[str]]:
    return (ids for (_, noun), ids in caller.relations.granted.items() if noun is about)


async def kind(context: Context) -> CallerKind:
    """What the caller's token says."""
    return context.caller.holder.kind


def is_known(caller: Caller) -> bool:
    """Whether the caller has logged in."""
    return caller.holder.kind is not CallerKind.ANONYMOUS


@root
class Viewer:
    """The caller, and what is theirs (閲覧者)."""

    kind: CallerKind = free(PUBLIC, by=kind, says="What the token says (種類).")
    wards: Connection[Child] = listed(
        IDENTITY,
        order=(ChildRow.birth_date, ChildRow.id),
        within=wards,
        says="Children whose record is open to the caller as guardian or by invitation, eldest first (見守る子ども).",
    )
    record: Child | None = keyed(IDENTITY, keys=own_record, says="The caller's own record (本人の記録).")
    family: Family | None = keyed(ADDRESS_CONTACT, keys=household, says="The caller's household (世帯).")
    pregnancies: Connection[Pregnancy] = listed(
        PREGNANCY_CORE,
        order=(PregnancyRow.notified_on, PregnancyRow.id),
        within=pregnancies,
        says="The caller's own pregnancies, and those that a mother shared, earliest first (妊娠).",
    )
    rider: Rider | None = keyed(
        *ANY_PART,
        keys=rider,
        child_id=strawberry.ID | None,
        says="The caller's own registration, or that of the ward with this id (マイタク登録).",
    )
    riders: Connection[Rider] = listed(
        *ANY_PART,
        order=RIDERS_BY_AGE,
        says="Registrations of the caller and of wards (マイタク登録).",
    )
    point_account: PointAccount | None = keyed(
        POINTS_BALANCE, keys=own_account, says="The caller's points (ポイント口座)."
    )
    applications: Connection[Application] = listed(
        NOTICES,
        order=(APPLICATIONS.rows.c.applied_at, APPLICATIONS.rows.c.id),
        newest_first=True,
        says="The caller's applications for the record service, newest first (利用申込).",
    )
    notices: Connection[Notice] = listed(
        NOTICES,
        order=(NOTICE_ROWS.rows.c.published_at, NOTICE_ROWS.rows.c.id),
        newest_first=True,
        kind=NOTICE_ROWS.rows.c.kind,
        says="What is told to the caller about children and pregnancies, or that of one kind, newest first (お知らせ).",
    )
    mailboxes: Connection[Mailbox] = listed(
        NOTICES,
        order=(MailboxRow.added_at, MailboxRow.id),
        says="Where the caller wants mail, the first entered first (メールの受取設定).",
    )
    credentials: Connection[Credential] = listed(
        NOTICES,
        order=(CREDENTIALS.rows.c.created_at, CREDENTIALS.rows.c.id),
        says="The caller's ways to log in, and those that were closed, the first enrolled first (ログイン手段).",
    )
    explain: Explanation | None = told(
        by=explain,
        field=str,
        id=strawberry.ID,
        says="Whether the caller sees a field, such as Child.name, of the record with this id, and why (閲覧の説明).",
    )
    access_log: Connection[AccessEntry] = listed(
        ACCESS_LOG,
        order=(AccessEntryRow.seq,),
        newest_first=True,
        says="Who looked at what is the caller's or a ward's, newest first (閲覧記録).",
    )
