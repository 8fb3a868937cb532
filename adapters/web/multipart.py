"""Takes one file out of a `multipart/form-data` request as it comes in; the body is never held as a whole."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from bot.errors import FileTooLarge, InvalidMessage, UnsupportedFile
from bot.files import LARGEST_FILE, TOO_LARGE, Files, StoredFile
from bot.messages import clean

_MOST_FIELDS = 10
_LONGEST_FIELD = 1024  # bytes
_LONGEST_HEADERS = 8 * 1024  # bytes, of one part
_LARGEST_BODY = LARGEST_FILE + 64 * 1024  # bytes; fields, headers and boundaries have room beside the file

_CUT = "The upload ended before it was complete; please send the file again."
_NO_FORM = "The upload cannot be read; send the file as multipart/form-data with its boundary."
_NO_FILE = "There is no file in the upload; please choose one."
_TWO_FILES = "There is more than one file in the upload; please send them one at a time."
_TOO_MUCH = f"The upload may have {_MOST_FIELDS} text fields beside the file, of {_LONGEST_FIELD} bytes each."


@dataclass(frozen=True)
class Upload:
    """`name` is as the customer's device gave it. `fields` is complete once `chunks` has been read to its end."""

    name: str
    fields: dict[str, str]
    chunks: AsyncGenerator[bytes, None]


async def receive_upload(request: Request, files: Files) -> tuple[StoredFile, dict[str, str]]:
    """Keeps the file of the request; gives the text fields too. Raises what `read_upload` and `Files.save` raise."""
    upload = await read_upload(request)
    async with aclosing(upload.chunks) as chunks:
        stored = await files.save(chunks, upload.name)
    return stored, upload.fields


async def read_upload(request: Request) -> Upload:
    """The file of the request and the text fields around it.

    Raises, here or while `chunks` is read: UnsupportedFile if it is no multipart/form-data; FileTooLarge;
    InvalidMessage if it is broken or cut off, has not exactly one file, or too much beside it.
    """
    form = _Form()
    pieces = _parse(request, form)
    async for _ in pieces:
        if form.file_name is not None:
            return Upload(form.file_name, form.fields, _chunks(form, pieces))
    raise InvalidMessage(_NO_FILE)


async def _chunks(form: "_Form", pieces: AsyncGenerator[None, None]) -> AsyncGenerator[bytes, None]:
    async with aclosing(pieces):
        yield form.take()
        async for _ in pieces:
            yield form.take()


async def _parse(request: Request, form: "_Form") -> AsyncGenerator[None, None]:
    """Gives the body to `form`, and stops after each piece of it."""
    boundary = _boundary(request)
    declared = request.headers.get("content-length", "")[:20]
    if declared.isdecimal() and int(declared) > _LARGEST_BODY:
        raise FileTooLarge(TOO_LARGE)
    size = 0
    try:
        parser = form.parser(boundary)
        async with aclosing(request.stream()) as stream:
            async for piece in stream:
                size += len(piece)
                if size > _LARGEST_BODY:
                    raise FileTooLarge(TOO_LARGE)
                parser.write(piece)
                yield
    except FormParserError as error:
        raise InvalidMessage(_NO_FORM) from error
    except ClientDisconnect as error:
        raise InvalidMessage(_CUT) from error
    if not form.ended:
        raise InvalidMessage(_CUT)


def _boundary(request: Request) -> bytes:
    media_type, options = parse_options_header(request.headers.get("content-type", ""))
    if media_type != b"multipart/form-data":
        raise UnsupportedFile(_NO_FORM)
    if not options.get(b"boundary"):
        raise InvalidMessage(_NO_FORM)
    return options[b"boundary"]


class _Form:
    """What has come of the form so far; the parser calls the methods that `parser` names."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self.file_name: str | None = None
        self.ended = False
        self._content = bytearray()  # of the file, not taken yet
        self._header, self._header_value, self._disposition = b"", b"", b""
        self._headers_size = 0
        self._parts = 0
        self._field: str | None = None  # the text field that is being read; None: the file
        self._value = bytearray()

    def parser(self, boundary: bytes) -> MultipartParser:
        """Raises FormParserError."""
        return MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin_part,
                "on_header_field": self._read_header,
                "on_header_value": self._read_header_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._end_headers,
                "on_part_data": self._read_content,
                "on_part_end": self._end_part,
                "on_end": self._end,
            },
        )

    def take(self) -> bytes:
        """The bytes of the file since the last time."""
        taken = bytes(self._content)
        self._content.clear()
        return taken

    def _begin_part(self) -> None:
        self._parts += 1
        if self._parts > _MOST_FIELDS + 1:
            raise InvalidMessage(_TOO_MUCH)
        self._disposition = b""
        self._headers_size = 0

    def _read_header(self, data: bytes, start: int, end: int) -> None:
        self._count_header(end - start)
        self._header += data[start:end]

    def _read_header_value(self, data: bytes, start: int, end: int) -> None:
        self._count_header(end - start)
        self._header_value += data[start:end]

    def _count_header(self, size: int) -> None:
        self._headers_size += size
        if self._headers_size > _LONGEST_HEADERS:
            raise InvalidMessage(_NO_FORM)

    def _end_header(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._header_value
        self._header, self._header_value = b"", b""

    def _end_headers(self) -> None:
        _, options = parse_options_header(self._disposition)
        if b"name" not in options:
            raise InvalidMessage(_NO_FORM)
        if b"filename" not in options:
            self._field = _text(options[b"name"])
            self._value.clear()
        elif self.file_name is None:
            self._field, self.file_name = None, _text(options[b"filename"])
        else:
            raise InvalidMessage(_TWO_FILES)

    def _read_content(self, data: bytes, start: int, end: int) -> None:
        if self._field is None:
            self._content += data[start:end]
        elif len(self._value) + end - start > _LONGEST_FIELD:
            raise InvalidMessage(_TOO_MUCH)
        else:
            self._value += data[start:end]

    def _end_part(self) -> None:
        if self._field is not None:
            self.fields[self._field] = clean(_text(self._value))

    def _end(self) -> None:
        self.ended = True


def _text(value: bytes | bytearray) -> str:
    return value.decode("utf-8", "replace")
