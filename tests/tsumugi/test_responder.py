"""Logins ask the authority's responder where one is set; no answer is no login."""

import httpx
import pytest
from cryptography.x509 import ocsp
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from auth.fault import Fault
from auth.ocsp import MAX_BYTES
from auth.ocsp import question as asked
from auth.profile import Purpose
from tests.tsumugi.counter import BEARER, NOW
from tsumugi.halt import Halt
from tsumugi.pki.office import KeyKind, Office
from tsumugi.pki.responding import answered
from tsumugi.responder import ADDRESS, ANSWERS, Responder, read_responder

LOGIN = Purpose.USER_AUTHENTICATION
URL = "http://ocsp.example.jp/"


def served(answer):
    """A responder whose every answer is this function of the question."""

    async def respond(request):
        return answer(await request.body())

    app = Starlette(routes=[Route("/", respond, methods=["POST"])])
    return Responder(URL, lambda: httpx.AsyncClient(transport=httpx.ASGITransport(app)))


def of_office(office, purpose=LOGIN, now=NOW):
    def answer(question):
        return Response(answered(office.authorities[purpose], office.revoked(), question, now), media_type=ANSWERS)

    return served(answer)


async def test_a_card_in_good_standing_logs_in_without_any_list(counter, office, card):
    counter.with_desk(responder=of_office(office))

    assert counter.holder(await counter.login(card))


async def test_a_revoked_card_is_out_at_once(tmp_path):
    own = Office.open(tmp_path / "authority", tmp_path / "anchors", NOW)
    card = own.issue(BEARER, NOW, KeyKind.P256, signature=False)
    verified, responder = own.verified(card), of_office(own)
    before = await responder.fault(verified, NOW)
    own.revoke(card.authentication.certificate, NOW)

    assert (before, await responder.fault(verified, NOW)) == (None, Fault.CERTIFICATE_REVOKED)


def status(office, purpose, question):
    answer = ocsp.load_der_ocsp_response(answered(office.authorities[purpose], {}, question, NOW))
    is_read = answer.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL
    return answer.certificate_status if is_read else answer.response_status


def test_an_authority_knows_its_own_certificates_alone(office, card):
    question = asked(office.verified(card), bytes(32))
    found = [status(office, purpose, question) for purpose in (LOGIN, Purpose.DIGITAL_SIGNATURE)]

    assert found == [ocsp.OCSPCertStatus.GOOD, ocsp.OCSPCertStatus.UNKNOWN]


def test_what_is_no_question_is_told_so(office):
    assert status(office, LOGIN, b"?") is ocsp.OCSPResponseStatus.MALFORMED_REQUEST


SILENT = {
    "an error": lambda _: Response(status_code=500),
    "a page": lambda _: Response(b"<html>", media_type="text/html"),
    "no answer": lambda _: Response(b"", media_type=ANSWERS),
    "far too much": lambda _: Response(bytes(MAX_BYTES * 10), media_type=ANSWERS),
}


@pytest.mark.parametrize("answer", SILENT.values(), ids=SILENT)
async def test_whatever_else_comes_back_nobody_is_let_in(counter, card, answer):
    counter.with_desk(responder=served(answer))
    response = await counter.login(card)

    assert response.status_code == 401
    assert counter.codes()[-1] in {Fault.OCSP_UNAVAILABLE, Fault.OCSP_MALFORMED}


async def test_a_responder_that_is_away_lets_nobody_in(office, card):
    assert await Responder("http://127.0.0.1:1/").fault(office.verified(card), NOW) is Fault.OCSP_UNAVAILABLE


def test_the_folder_of_trust_names_the_responder(tmp_path):
    (tmp_path / LOGIN.value).mkdir()
    before = read_responder(tmp_path, LOGIN)
    (tmp_path / LOGIN.value / ADDRESS).write_text(URL + "\n")

    assert (before, read_responder(tmp_path, LOGIN).address) == (None, URL)


@pytest.mark.parametrize("text", ["", "ocsp.example.jp", "file:///etc/passwd", "http://"])
def test_what_is_no_address_of_a_responder_is_named(tmp_path, text):
    (tmp_path / LOGIN.value).mkdir()
    (tmp_path / LOGIN.value / ADDRESS).write_text(text)

    with pytest.raises(Halt, match="must hold the address of a responder"):
        read_responder(tmp_path, LOGIN)
