"""What the routes, the jobs and the commands need of this channel."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request

from adapters.wechat.account import Account
from adapters.wechat.channel import Channel
from adapters.wechat.links import Links
from adapters.wechat.push import Pusher
from adapters.wechat.secure import Door
from bot.jobs import Handler


@dataclass(frozen=True)
class WeChat:
    account: Account
    door: Door
    channel: Channel
    pusher: Pusher
    links: Links
    routers: Sequence[APIRouter]

    def handlers(self) -> dict[str, Handler]:
        """The jobs of this channel, by name."""
        return {"push": self.pusher.push}


def wechat(request: Request) -> WeChat:
    found: WeChat = request.app.state.wechat
    return found
