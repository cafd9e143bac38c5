"""No kind of message is without an address book entry and a page that its link opens."""

import pytest

from models.outbox import MessageKind
from resolvers.mailing import Directory
from schema.notice import NODE
from tests.mailing import SEAL
from tsumugi.mail.writing import PATHS


@pytest.mark.parametrize("kind", MessageKind)
def test_every_kind_is_asked_about_and_leads_somewhere(kind):
    asked = Directory(None, SEAL, NODE.source)._asks

    assert kind in asked
    assert kind in PATHS or kind in {MessageKind.REMINDER_CONFIRMATION, MessageKind.MAILBOX_REMOVED}
