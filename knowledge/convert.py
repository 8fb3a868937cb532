"""PDF, DOCX and HTML papers of the firm, as sections. markitdown (extra `convert`) is used here only."""

import re
from pathlib import Path

from knowledge.documents import Entry, Kind
from knowledge.errors import ContentError, ConverterMissing, Problem
from knowledge.language import detect
from knowledge.markdown import cut

SUFFIXES = frozenset({".pdf", ".docx", ".html", ".htm"})


def sections(path: Path, service: str, language: str | None) -> list[Entry]:
    """One entry a heading; a paper without headings is one section.

    Raises ConverterMissing without the extra, ContentError if the file cannot be read or holds no text.
    """
    text = _markdown(path)
    language = language or ("zh" if detect(text[:2000]) == "zh" else "en")
    document = re.sub(r"\W+", "-", path.name.partition(".")[0]).strip("-") or "document"
    title = path.name.partition(".")[0]
    return [
        Entry(
            id=f"{document}#{anchor}",
            service=service,
            language=language,
            kind=Kind.SECTION,
            title=heading,
            body=body,
            template=body.replace("{{", "{ {"),
            document=document,
            document_title=title,
            anchor=anchor,
            file=path,
            line=1,
            source=path.name,
        )
        for heading, anchor, body, _ in cut(text, title)
        if body
    ]


def _markdown(path: Path) -> str:
    try:
        from markitdown import MarkItDown, MarkItDownException
        from markitdown.converters import DocxConverter, HtmlConverter, PdfConverter
    except ImportError as error:
        raise ConverterMissing(f"{path} needs the converter: pip install 'certdesk[convert]'") from error
    # Only these: with its other converters, a damaged PDF would be taken for plain text.
    reader = MarkItDown(enable_builtins=False, enable_plugins=False)
    for converter in (PdfConverter(), DocxConverter(), HtmlConverter()):  # type: ignore[no-untyped-call]
        reader.register_converter(converter)
    try:
        text = reader.convert_local(str(path)).text_content
    except MarkItDownException as error:
        reason = " ".join(str(error).split())
        raise ContentError(
            [Problem(path, 1, "", f"cannot be read as {path.suffix[1:].upper()}: {reason}")]
        ) from error
    text = "\n".join(line.strip() for line in text.replace("\f", "\n").splitlines())
    if not text.strip():
        raise ContentError([Problem(path, 1, "", "holds no text (a scan?); export it with its text")])
    return text
