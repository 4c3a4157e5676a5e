"""Every setting of Scrapy that matters to a guest, set on purpose; lists of components are complete.

The ``…_BASE`` lists are replaced, not amended: what a later Scrapy adds to them (2.19 added a server that takes
commands over HTTP) must be chosen, not inherited.
"""

from typing import Any

from crawlers.encoding import ACCEPTED, MOST_BYTES
from crawlers.guard import Origin

SPIDER_MODULES = ["crawlers.spiders"]
SHORTEST_DELAY = 1.0
SECONDS_PER_FETCH = 60

_POLICY = {
    "crawlers.middlewares.GuardMiddleware": 100,
    "crawlers.middlewares.RobotsMiddleware": 200,
    "crawlers.middlewares.RedirectMiddleware": 300,
    "crawlers.middlewares.PatienceMiddleware": 400,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 500,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 600,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 700,
}

SETTINGS: dict[str, Any] = {
    "BOT_NAME": "vigilex",
    "SPIDER_MODULES": SPIDER_MODULES,
    # Nobody listens: no telnet console, no remote control over HTTP, no statistics, no files written by Scrapy.
    "EXTENSIONS_BASE": {},
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "FEEDS": {},
    "STATS_DUMP": False,
    "LOG_ENABLED": False,
    # Robots are obeyed by RobotsMiddleware, which keeps to RFC 9309; Scrapy's own asks on when robots.txt is broken.
    "ROBOTSTXT_OBEY": False,
    "DOWNLOADER_MIDDLEWARES_BASE": {},
    "SPIDER_MIDDLEWARES_BASE": {},
    # Asked in the order in which a spider and its listings name them.
    "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
    # One request at a time; the delay never varies below what was promised.
    "CONCURRENT_REQUESTS": 1,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "DOWNLOAD_DELAY": SHORTEST_DELAY,
    "DOWNLOAD_DELAY_JITTER": 0,
    "AUTOTHROTTLE_ENABLED": False,
    # Limits of one fetch: the time is in total, so that a slow drip ends too.
    "DOWNLOAD_TIMEOUT": SECONDS_PER_FETCH,
    "DOWNLOAD_MAXSIZE": MOST_BYTES,
    "DOWNLOAD_WARNSIZE": 0,
    # A body shorter than announced is archived and marked as cut, not thrown away.
    "DOWNLOAD_FAIL_ON_DATALOSS": False,
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "DOWNLOAD_TLS_MIN_VERSION": "TLSv1.2",
    "DOWNLOAD_HANDLERS_BASE": {},
    "TWISTED_DNS_RESOLVER": "crawlers.guard.GuardedResolver",
    "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
    # What a browser would do and a guest should not.
    "COOKIES_ENABLED": False,
    "REFERER_ENABLED": False,
    "METAREFRESH_ENABLED": False,
    "REDIRECT_ENABLED": False,
    "RETRY_ENABLED": False,
    "COMPRESSION_ENABLED": False,
    "HTTPPROXY_ENABLED": False,
    "HTTPCACHE_ENABLED": False,
    "DEFAULT_REQUEST_HEADERS": {"Accept": "*/*", "Accept-Encoding": ACCEPTED},
    # A run keeps its own account of what it asked, since the same address with another Accept is another request.
    "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
    "URLLENGTH_LIMIT": 0,
}


def delay_between(wanted: float, origin: Origin | None, *, replay: bool) -> float:
    """Seconds between two requests to one host: at least one, unless everything goes to this machine itself."""
    if replay:
        return 0.0
    if origin and origin.is_loopback:
        return max(0.0, wanted)
    return max(SHORTEST_DELAY, wanted)


def crawl_settings(user_agent: str, delay: float, origin: Origin | None, *, replay: bool) -> dict[str, Any]:
    """The settings of one crawl. A replay has other download handlers, which know no network, and waits for nobody."""
    handler = "crawlers.replay.ReplayHandler" if replay else "crawlers.wire.WireHandler"
    policy = {name: order for name, order in _POLICY.items() if not (replay and "Patience" in name)}
    return SETTINGS | {
        "USER_AGENT": user_agent,
        "DOWNLOAD_DELAY": delay_between(delay, origin, replay=replay),
        "DOWNLOAD_HANDLERS": {"http": handler, "https": handler},
        "DOWNLOADER_MIDDLEWARES": policy,
        "VIGILEX_ALLOWED_ORIGIN": origin.address if origin else None,
    }
