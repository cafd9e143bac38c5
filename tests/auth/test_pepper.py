"""A hash depends on the pepper and on every part of what is hashed; the newest pepper comes first."""

import hashlib
import hmac

from auth.pepper import Keyed, Label, Pepper, Peppers, certified, keyed

OLD, NEW = Pepper(1, b"p" * 32), Pepper(2, b"q" * 32)


def test_a_hash_is_hmac_sha256_of_label_issuer_and_serial_in_20_bytes():
    message = certified(Label.LOGIN, b"\1" * 20, 258)

    assert message == b"jpki-auth\0" + b"\1" * 20 + b"\0" * 18 + b"\1\2"
    assert keyed(OLD, message) == hmac.new(OLD.secret, message, hashlib.sha256).hexdigest()


def test_one_certificate_has_another_hash_for_each_use_and_pepper():
    found = {keyed(pepper, certified(label, b"\1" * 20, 258)) for pepper in (OLD, NEW) for label in Label}

    assert len(found) == 4


def test_things_are_found_by_every_pepper_and_kept_by_the_newest():
    peppers = Peppers((NEW, OLD))

    assert peppers.newest is NEW
    assert peppers.keys(b"thing") == (Keyed(keyed(NEW, b"thing"), 2), Keyed(keyed(OLD, b"thing"), 1))
