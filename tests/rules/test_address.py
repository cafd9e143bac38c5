"""What can be written to, by its shape."""

import pytest

from rules.address import mailbox

GOOD = {
    "a@b.jp": "a@b.jp",
    "Taro.Yamada+x@Mail.Example.JP": "Taro.Yamada+x@mail.example.jp",
    "!#$%&'*+/=?^_`{|}~-@example.jp": "!#$%&'*+/=?^_`{|}~-@example.jp",
    "1@2-3.4.xn--q9jyb4c": "1@2-3.4.xn--q9jyb4c",
    "a" * 64 + "@example.jp": "a" * 64 + "@example.jp",
}
BAD = [
    "",
    "a",
    "@example.jp",
    "a@",
    "a@example",
    "a@b@example.jp",
    ".a@example.jp",
    "a.@example.jp",
    "a..b@example.jp",
    "a b@example.jp",
    '"a b"@example.jp',
    "a@-example.jp",
    "a@example-.jp",
    "a@example..jp",
    "a@example.jp.",
    "a@[192.0.2.1]",
    "a@192.0.2.1",
    "花@example.jp",
    "a@花.jp",
    "a@example.jp\n",
    "a@example.jp\r\nBcc: b@example.jp",
    "a\0@example.jp",
    "a@example.jp ",
    "<a@example.jp>",
    "a" * 65 + "@example.jp",
    "a@" + "b" * 64 + ".jp",
    "a@" + "b." * 125 + "jpp",
]


@pytest.mark.parametrize("text", GOOD)
def test_an_address_is_taken_with_its_host_in_small_letters(text):
    assert mailbox(text) == GOOD[text]


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_address_is_none(text):
    assert mailbox(text) is None
