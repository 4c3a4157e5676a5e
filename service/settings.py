"""The settings of an installation: ``vigilex.toml`` and the environment, as one frozen value."""

import difflib
import ipaddress
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import Any, get_type_hints
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from service import __version__
from service.errors import Failure

FILE = "vigilex.toml"
PREFIX = "VIGILEX_"
# Variables that are no settings: VIGILEX_DATA says where the settings are.
NOT_SETTINGS = {"VIGILEX_DATA"}


@dataclass(frozen=True, slots=True)
class Organisation:
    name: str = ""
    postal_address: str = ""
    contact: str = ""
    privacy_url: str = ""


@dataclass(frozen=True, slots=True)
class Smtp:
    host: str = ""
    port: int = 587
    user: str = ""
    password: str = field(default="", repr=False)
    tls: str = "starttls"
    from_: str = ""
    dkim_key: str = ""
    dkim_selector: str = "vigilex"


@dataclass(frozen=True, slots=True)
class Crawl:
    """``delay`` is the least time between two requests to one host, in seconds."""

    user_agent: str = ""
    allowed_origin: str = ""
    delay: float = 1.0


@dataclass(frozen=True, slots=True)
class Web:
    """``listen`` is the IP address on which the pages are served; other than a loopback, others can reach it."""

    listen: str = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. ``keys`` maps a source id to the key that its publisher gave out."""

    base_url: str = "http://127.0.0.1:8000"
    timezone: str = "Europe/Zurich"
    organisation: Organisation = Organisation()
    smtp: Smtp = Smtp()
    crawl: Crawl = Crawl()
    web: Web = Web()
    keys: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def user_agent(self) -> str:
        """Who we are and where to read more, for every request."""
        return self.crawl.user_agent or f"Vigilex/{__version__} (+{self.organisation.contact or self.base_url})"


def load_settings(data: Path, here: Path, environment: Mapping[str, str]) -> Settings:
    """The settings of the data folder's file, else of the folder ``here``; the environment outranks both.

    Raises Failure, naming the file or variable and the setting, for anything that is not as it must be.
    """
    path = next((path for path in (data / FILE, here / FILE) if _is_there(path)), None)
    table = _read(path) if path else {}
    where = str(path) if path else "the environment"
    for name, value in _from_environment(environment).items():
        _put(table, name, value)
    settings: Settings = _build(Settings, table, where, "")
    _check(settings, where)
    return settings


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except PermissionError:
        raise Failure(f"{path} cannot be read: run this as the user whose data folder it is") from None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"{path} cannot be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise Failure(f"{path} is not valid TOML: {error}; correct that line") from None


def _from_environment(environment: Mapping[str, str]) -> dict[tuple[str, ...], str]:
    """``VIGILEX_SMTP__HOST`` as ("smtp", "host")."""
    return {
        tuple(name.removeprefix(PREFIX).lower().split("__")): value
        for name, value in environment.items()
        if name.startswith(PREFIX) and name not in NOT_SETTINGS
    }


def _put(table: dict[str, Any], path: tuple[str, ...], value: str) -> None:
    for step in path[:-1]:
        inner = table.setdefault(step, {})
        if not isinstance(inner, dict):
            raise Failure(f"the setting {step} must be a table, as in [{step}]")
        table = inner
    table[path[-1]] = value


def _build(cls: type[Any], table: Mapping[str, Any], where: str, prefix: str) -> Any:
    """An instance of the settings class ``cls`` from a TOML table; every name must be known, every type right."""
    hints = get_type_hints(cls)
    names = {f.name.rstrip("_"): f.name for f in fields(cls)}
    values: dict[str, Any] = {}
    for name, value in table.items():
        if name not in names:
            near = difflib.get_close_matches(name, names, 1)
            meant = f"; did you mean {prefix}{near[0]}?" if near else f"; known are {', '.join(sorted(names))}"
            raise Failure(f"{where}: there is no setting {prefix}{name}{meant}")
        values[names[name]] = _value(hints[names[name]], value, where, prefix + name)
    return cls(**values)


def _value(wanted: Any, value: Any, where: str, name: str) -> Any:
    if is_dataclass(wanted) or wanted == Mapping[str, str]:
        if not isinstance(value, dict):
            raise Failure(f"{where}: {name} must be a table, as in [{name}]")
        if is_dataclass(wanted):
            return _build(wanted, value, where, f"{name}.")  # type: ignore[arg-type]
        return {key: _value(str, inner, where, f"{name}.{key}") for key, inner in value.items()}
    if wanted is str and isinstance(value, str):
        return value
    if wanted in (int, float) and isinstance(value, int | float | str) and not isinstance(value, bool):
        try:
            return wanted(value)
        except ValueError:
            pass
    kind = {str: "a text in quotes", int: "a whole number", float: "a number"}[wanted]
    raise Failure(f"{where}: {name} must be {kind}, not {value!r}")


def _check(settings: Settings, where: str) -> None:
    """What types alone do not say. Raises Failure."""
    base = _address(settings.base_url)
    if base.scheme not in ("http", "https") or not base.netloc:
        raise Failure(f"{where}: base_url must be the http or https address of the site, not {settings.base_url!r}")
    try:
        ZoneInfo(settings.timezone)
    except (ValueError, OSError, KeyError):
        raise Failure(f"{where}: timezone must be a name such as Europe/Zurich, not {settings.timezone!r}") from None
    if settings.smtp.tls not in ("starttls", "tls", "none"):
        raise Failure(f"{where}: smtp.tls must be starttls, tls or none, not {settings.smtp.tls!r}")
    _check_smtp(settings.smtp, where)
    if not 0 < settings.smtp.port < 65536:
        raise Failure(f"{where}: smtp.port must be between 1 and 65535, not {settings.smtp.port}")
    _check_crawl(settings.crawl, where)
    _check_web(settings.web, where)


def _check_smtp(smtp: Smtp, where: str) -> None:
    if smtp.from_ and not re.fullmatch(r"[!-?A-~]+@[A-Za-z0-9.-]+", parseaddr(smtp.from_)[1]):
        raise Failure(f"{where}: smtp.from must be a mail address, such as updates@example.org, not {smtp.from_!r}")
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", smtp.dkim_selector):
        raise Failure(f"{where}: smtp.dkim_selector must be a name as in the DNS, not {smtp.dkim_selector!r}")


def _check_crawl(crawl: Crawl, where: str) -> None:
    origin = _address(crawl.allowed_origin)
    if crawl.allowed_origin and (origin.scheme not in ("http", "https") or not origin.netloc or origin.path.strip("/")):
        raise Failure(f"{where}: crawl.allowed_origin must be like http://127.0.0.1:8080, not {crawl.allowed_origin!r}")
    floor = 0.0 if crawl.allowed_origin and _is_loopback(origin.hostname or "") else 1.0
    if not floor <= crawl.delay <= 3600:
        raise Failure(f"{where}: crawl.delay must be between {floor:g} and 3600 seconds, not {crawl.delay:g}")
    if not crawl.user_agent.isprintable():
        raise Failure(f"{where}: crawl.user_agent must be one line of printable characters")


def _check_web(web: Web, where: str) -> None:
    try:
        ipaddress.ip_address(web.listen)
    except ValueError:
        raise Failure(f"{where}: web.listen must be an IP address such as 127.0.0.1, not {web.listen!r}") from None


def _address(text: str) -> SplitResult:
    """The parts of an address; of none where it cannot be taken apart, its port included."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return urlsplit("")
    return parts


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
