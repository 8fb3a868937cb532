"""What the privacy notice says of a language model: whether there is one, where it runs, what it is not given."""

import hashlib
import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.cases import PRIVACY_NOTICE
from bot.errors import SettingsError
from bot.settings import PREFIX, Settings

_LONGEST_EDITION = 40  # characters that are kept with a case
# No public name server knows these.
_OWN_NAMES = re.compile(r"[a-z][a-z0-9-]*|.+\.(?:local|localhost|internal)")


@dataclass(frozen=True)
class Disclosure:
    """`own` is true for a model on the firm's own systems, `hosts` are those elsewhere; without either there is none."""

    own: bool = False
    hosts: tuple[str, ...] = ()
    masked: bool = True

    @property
    def edition(self) -> str:
        """Of the notice that customers agree to; another text of it is another edition."""
        if not self.own and not self.hosts:
            return PRIVACY_NOTICE
        said = ["own"] * self.own + ["unmasked"] * (not self.masked) + list(self.hosts)
        edition = "+".join([PRIVACY_NOTICE, *said])
        if len(edition) <= _LONGEST_EDITION:
            return edition
        return f"{PRIVACY_NOTICE}+{hashlib.sha256(edition.encode()).hexdigest()[:12]}"


NO_MODEL = Disclosure()


def disclosure(settings: Settings) -> Disclosure:
    """Raises SettingsError for a model without an address."""
    if not settings.llm_model:
        return NO_MODEL
    hosts = [_host(settings.llm_base_url)]
    if settings.llm_fallback_model and settings.llm_fallback_base_url:
        hosts.append(_host(settings.llm_fallback_base_url))
    elsewhere = tuple(dict.fromkeys(host for host in hosts if not _is_own(host)))
    return Disclosure(any(map(_is_own, hosts)), elsewhere, settings.llm_mask == "on")


def _host(url: str) -> str:
    host = urlsplit(url).hostname
    if host is None:
        raise SettingsError(f"{PREFIX}LLM_BASE_URL is empty; leave it out, or write it as https://host/v1.")
    return host.rstrip(".")


def _is_own(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return _OWN_NAMES.fullmatch(host) is not None
    return (getattr(address, "ipv4_mapped", None) or address).is_private
