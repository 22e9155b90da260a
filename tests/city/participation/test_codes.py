"""Receipt codes: 128 bits, kept nowhere, found however they are typed."""

from __future__ import annotations

from fadu.city.participation import codes


def test_a_code_belongs_to_one_request_at_one_place() -> None:
    code = codes.derive("place", "request-0123456789")
    assert code == codes.derive("place", "request-0123456789")
    assert (
        len({code, codes.derive("other", "request-0123456789"), codes.derive("place", "request-0123456788")})
        == 3
    )
    plain = code.replace("-", "")
    assert len(plain) == 26
    assert plain[0] in "01234567", "26 digits of 5 bits hold 130; a code has 128"


def test_how_it_is_typed_makes_no_difference() -> None:
    code = codes.derive("place", "request-0123456789")
    misread = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert codes.digest(misread) == codes.digest(code)
    assert codes.digest(code[:-1]) != codes.digest(code)
    assert code not in codes.digest(code)
