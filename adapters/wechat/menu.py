"""The menu below the chat: what a press of each button says, and how the platform is told of it."""

from typing import Any

from adapters.wechat.texts import LANGUAGES, MenuTexts, texts

_LEARN = ("fees", "time", "documents", "steps")
_HANDLE = ("apply", "application")
_PERSON = "talk"


def menu(language: str) -> dict[str, Any]:
    """For the platform's menu/create: three buttons, of at most five below each."""
    words = texts(language).menu
    return {
        "button": [
            {"name": words.learn, "sub_button": [_button(words, name) for name in _LEARN]},
            {"name": words.handle, "sub_button": [_button(words, name) for name in _HANDLE]},
            _button(words, _PERSON),
        ]
    }


def pressed(key: str, language: str) -> str:
    """The message that stands for a press of the button, in the menu's own language; empty for a strange key."""
    name, _, written = key.partition(":")
    if name not in {*_LEARN, *_HANDLE, _PERSON}:
        return ""
    return str(getattr(texts(written if written in LANGUAGES else language).menu, name)[1])


def _button(words: MenuTexts, name: str) -> dict[str, Any]:
    language = next(each for each in LANGUAGES if texts(each).menu is words)
    return {"type": "click", "name": getattr(words, name)[0], "key": f"{name}:{language}"}
