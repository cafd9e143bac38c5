"""Values: with whom records are shared."""

import strawberry

from models.organisation import CallerKind
from schema.faces import value


@value
class Organisation:
    """A clinic, a school, an office or another city to which a record can be opened or which hands in records.

    関係機関. `id` is what `shareWith` and `issueLinkCode` take, each for some kinds. `STAFF_EDUCATION` is the education
    office.
    """

    id: strawberry.ID
    name: str
    kind: CallerKind
    municipality_code: str
