import sys
import zipfile
from pathlib import Path

import pytest

from knowledge import convert
from knowledge.documents import Kind
from knowledge.errors import ContentError, ConverterMissing
from knowledge.load import load

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="word/document.xml" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
_DOCUMENT = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body>'
    "</w:document>"
)
_PARAGRAPH = '<w:p><w:pPr><w:pStyle w:val="{}"/></w:pPr><w:r><w:t>{}</w:t></w:r></w:p>'


def pdf(path: Path, *lines: str) -> Path:
    shown = b" ".join(b"(%s) Tj T*" % line.encode() for line in lines)
    text = b"BT /F1 12 Tf 14 TL 50 700 Td %s ET" % shown
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(out),
    )
    path.write_bytes(out)
    return path


def docx(path: Path, *paragraphs: tuple[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("[Content_Types].xml", _TYPES)
        file.writestr("_rels/.rels", _RELATIONS)
        file.writestr(
            "word/document.xml", _DOCUMENT.format("".join(_PARAGRAPH.format(*p) for p in paragraphs))
        )
    return path


def html(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_pdf_without_headings_is_one_section(tmp_path: Path) -> None:
    (entry,) = convert.sections(
        pdf(tmp_path / "price list.pdf", "What it is", "It is a label."), "desk", None
    )
    assert (entry.id, entry.title, entry.language) == ("price-list#top", "price list", "en")
    assert entry.body == "What it is\nIt is a label."
    assert (entry.kind, entry.source) == (Kind.SECTION, "price list.pdf")


def test_the_headings_of_a_word_file_are_its_sections(tmp_path: Path) -> None:
    paper = docx(
        tmp_path / "guide.docx",
        ("Heading1", "费用"),
        ("Normal", "请索取报价。"),
        ("Heading2", "时间"),
        ("Normal", "视情况。"),
    )
    assert [(e.key, e.title, e.body) for e in convert.sections(paper, "desk", None)] == [
        ("desk/guide#section-1.zh", "费用", "请索取报价。"),
        ("desk/guide#section-2.zh", "时间", "视情况。"),
    ]


def test_a_web_page_is_read_without_its_scripts(tmp_path: Path) -> None:
    page = html(tmp_path / "page.html", "<h2>Fees</h2><p>On request.</p><script>alert(1)</script>")
    assert [(e.title, e.body) for e in convert.sections(page, "desk", None)] == [("Fees", "On request.")]


def test_the_language_in_the_name_counts(tmp_path: Path) -> None:
    html(tmp_path / "page.zh.htm", "<p>ISO</p>")
    (entry,) = load(tmp_path).entries
    assert (entry.language, entry.document) == ("zh", "page")


def test_braces_in_a_paper_are_no_reference(tmp_path: Path) -> None:
    html(tmp_path / "page.html", "<p>Fill in {{name}} here.</p>")
    (entry,) = load(tmp_path).entries
    assert entry.body == "Fill in { {name}} here."


def test_a_scan_without_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"scan.pdf:1: holds no text \(a scan\?\)"):
        convert.sections(pdf(tmp_path / "scan.pdf"), "desk", None)


@pytest.mark.parametrize("data", [b"", b"plain text", b"%PDF-1.4\n\xff\xfe", b"PK\x03\x04 broken"])
@pytest.mark.parametrize("name", ["a.pdf", "a.docx"])
def test_a_damaged_file_is_told_and_never_taken_for_text(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ContentError, match=f"{name}:1: (cannot be read as|holds no text)") as caught:
        convert.sections(path, "desk", None)
    assert "\n" not in str(caught.value)


def test_without_the_converter_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "markitdown", None)
    pdf(tmp_path / "a.pdf", "x")
    with pytest.raises(
        ConverterMissing, match=r"a\.pdf needs the converter: pip install 'certdesk\[convert\]'"
    ):
        load(tmp_path)
