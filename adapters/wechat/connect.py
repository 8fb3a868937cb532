"""Joins the parts of this channel."""

from adapters.limits import Limits
from adapters.wechat import pages, routes
from adapters.wechat.acceptance import Acceptance
from adapters.wechat.account import Account
from adapters.wechat.answers import Answers
from adapters.wechat.api import Api
from adapters.wechat.channel import LANGUAGE, Channel
from adapters.wechat.links import Links
from adapters.wechat.parts import WeChat
from adapters.wechat.push import Pusher
from adapters.wechat.secure import Door
from adapters.wechat.shelf import DatabaseShelf
from adapters.wechat.texts import texts
from adapters.wechat.wording import Wording
from bot.compose import Draft
from bot.files import Files
from bot.messages import Outcome, Reply
from bot.metrics import Metrics
from bot.office import Office
from bot.service import Service, to_reply
from bot.settings import Settings


def connect(
    account: Account, settings: Settings, office: Office, service: Service, files: Files, metrics: Metrics
) -> WeChat:
    store = office.store
    api = Api(account, DatabaseShelf(store, account.app_id))
    links = Links(settings.site, account.secret)
    wording = Wording(links, settings.wechat_ai_label)
    answers = Answers(store, service, files, api, wording, metrics, pushes=account.pushes)
    return WeChat(
        account,
        Door(account),
        Channel(Acceptance(store, Limits(settings), welcome), answers, wording, office.privacy),
        Pusher(store, api if account.pushes else None, wording, metrics),
        links,
        (routes.router, pages.router),
    )


def welcome() -> Reply:
    return to_reply(Draft(texts(LANGUAGE).welcome, LANGUAGE, Outcome.SMALLTALK), None)
