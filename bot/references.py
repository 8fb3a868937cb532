"""References of cases in what a customer writes, however they are typed."""

import re
import unicodedata

_GAP = r"[\s\-‐-―−_.:#]{0,3}"
_REFERENCE = re.compile(rf"(?<![a-z0-9])cd{_GAP}([0-9]{{4}}){_GAP}([0-9]{{6}})(?![a-z0-9])", re.IGNORECASE)


def references(text: str) -> list[str]:
    """The references in a text as the store writes them, `CD-2026-000123`, each once and in order."""
    found = _REFERENCE.findall(unicodedata.normalize("NFKC", text))
    return list(dict.fromkeys(f"CD-{year}-{number}" for year, number in found))


def without_references(text: str) -> str:
    return _REFERENCE.sub(" ", unicodedata.normalize("NFKC", text))
