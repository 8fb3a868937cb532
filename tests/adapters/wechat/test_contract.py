import pytest

from bot.office import Office
from contract import ChannelContract
from followers import Lines


class OnWeChat:
    """A follower of an account that may send of its own accord."""

    def __init__(self, lines: Lines) -> None:
        self._line = lines()
        self.office: Office = self._line.office

    def says(self, text: str, id: str = "") -> str:
        return self._line.says(text, id)

    def heard(self) -> list[str]:
        return self._line.push()

    def conversation(self) -> str:
        return self._line.conversation()


class TestWeChat(ChannelContract):
    @pytest.fixture
    def line(self, lines: Lines) -> OnWeChat:
        return OnWeChat(lines)
