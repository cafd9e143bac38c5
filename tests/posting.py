"""Postmen over one town, whose domain clock a test moves."""

import io

from models.outbox import Outbox
from resolvers.mailing import Directory
from resolvers.outbox import Queue
from schema.notice import NODE
from tests.hanamori import NOW
from tests.mailing import OFFICE, SEAL
from tests.sharing import rows
from tsumugi.clock import real_now
from tsumugi.log import Log
from tsumugi.mail.posting import Postman


class Posting:
    """Postmen over one town; `at` is the domain's moment."""

    def __init__(self, store, inbox):
        self.store, self.inbox, self.at, self.log = store, inbox, NOW, io.StringIO()

    async def post(self, ticket="one", *, is_stopping=False):
        queue, directory = Queue(self.store, ticket), Directory(self.store, SEAL, NODE.source)
        log = Log(self.log, real_now)
        postman = Postman(queue, directory, self.inbox.relay(), OFFICE, lambda: self.at, real_now, log)
        return await postman.post(lambda: is_stopping)

    async def row(self):
        [found] = await rows(self.store, Outbox)
        return found
