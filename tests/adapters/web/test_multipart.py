"""Uploads as they come over the line, cut in every place."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from adapters.web.multipart import read_upload
from bot.errors import FileTooLarge, InvalidMessage, RequestError, UnsupportedFile

FORM = "multipart/form-data; boundary=cut"


def part(name: str, content: bytes, file_name: str | None = None) -> bytes:
    named = f'; filename="{file_name}"' if file_name is not None else ""
    head = f'--cut\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
    return head.encode() + content + b"\r\n"


END = b"--cut--\r\n"
WHOLE = (
    part("document", b"legal_status") + part("file", b"\0one\r\n--two", "a.pdf") + part("later", b"x") + END
)


def request(
    pieces: Sequence[bytes], content_type: str = FORM, length: int | None = None, gone: bool = False
) -> Request:
    waiting = [*pieces]

    async def receive() -> dict[str, Any]:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting) or gone}
        return {"type": "http.disconnect"}

    headers = [(b"content-type", content_type.encode())]
    if length is not None:
        headers.append((b"content-length", str(length).encode()))
    return Request({"type": "http", "method": "POST", "headers": headers}, receive)


def read(asked: Request) -> tuple[str, dict[str, str], bytes]:
    async def whole() -> tuple[str, dict[str, str], bytes]:
        upload = await read_upload(asked)
        content = b"".join([piece async for piece in upload.chunks])
        return upload.name, upload.fields, content

    return asyncio.run(whole())


@given(st.sets(st.integers(1, len(WHOLE) - 1), max_size=12))
def test_it_does_not_matter_where_the_line_cuts(cuts: set[int]) -> None:
    edges = [0, *sorted(cuts), len(WHOLE)]
    pieces = [WHOLE[start:end] for start, end in pairwise(edges)]
    assert read(request(pieces)) == (
        "a.pdf",
        {"document": "legal_status", "later": "x"},
        b"\0one\r\n--two",
    )


@given(st.lists(st.binary(max_size=200), max_size=5))
def test_any_bytes_at_all_are_refused_in_words(pieces: list[bytes]) -> None:
    with pytest.raises(RequestError):
        read(request(pieces or [b""]))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (part("document", b"x") + END, "no file"),
        (part("file", b"a", "a.pdf") + part("file", b"b", "b.pdf") + END, "more than one"),
        (part("file", b"a", "a.pdf"), "before it was complete"),
        (part("x", b"y" * 2000) + part("file", b"a", "a.pdf") + END, "text fields"),
        (b"".join(part(f"f{n}", b"y") for n in range(20)) + part("file", b"a", "a.pdf") + END, "text fields"),
        (b"--cut\r\nContent-Type: text/plain\r\n\r\nx\r\n" + END, "cannot be read"),
        (b"--cut\r\nX: " + b"y" * 20_000 + b"\r\n\r\nx\r\n" + END, "cannot be read"),
    ],
)
def test_a_broken_form_says_what_is_wrong(body: bytes, why: str) -> None:
    with pytest.raises(InvalidMessage, match=why):
        read(request([body]))


def test_a_customer_who_goes_away_ends_it() -> None:
    with pytest.raises(InvalidMessage, match="before it was complete"):
        read(request([WHOLE[:150]], gone=True))


@pytest.mark.parametrize("content_type", ["application/json", "", "multipart/mixed; boundary=cut"])
def test_anything_but_a_form_is_unsupported(content_type: str) -> None:
    with pytest.raises(UnsupportedFile):
        read(request([WHOLE], content_type))


def test_a_form_without_its_boundary_cannot_be_read() -> None:
    with pytest.raises(InvalidMessage):
        read(request([WHOLE], "multipart/form-data"))


def test_two_gigabytes_are_refused_before_they_are_read() -> None:
    with pytest.raises(FileTooLarge):
        read(request([], length=2 * 1024**3))


def test_a_body_that_does_not_say_its_length_is_cut_off_soon_after_the_limit() -> None:
    piece = b"x" * 1024 * 1024
    sent = [part("file", b"", "a.pdf")[:-2], *[piece] * 40]
    asked = request(sent)
    with pytest.raises(FileTooLarge):
        read(asked)
