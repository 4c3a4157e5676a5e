"""Every setting that makes us a good guest, as Scrapy itself sees it."""

import pytest
from scrapy.settings import Settings
from scrapy.utils.conf import build_component_list

from crawlers.guard import parse_origin
from crawlers.settings import crawl_settings, delay_between

LOOPBACK = parse_origin("http://127.0.0.1:8080")
MIRROR = parse_origin("http://10.0.0.1:8080")


def settings(*, replay: bool = False) -> Settings:
    return Settings(crawl_settings("vigilex/0.1 (+https://example.org)", 0.2, None, replay=replay))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DOWNLOAD_MAXSIZE", 32 * 1024 * 1024),
        ("DOWNLOAD_TIMEOUT", 60),
        ("SCHEDULER_MEMORY_QUEUE", "scrapy.squeues.FifoMemoryQueue"),
        ("CONCURRENT_REQUESTS", 1),
        ("CONCURRENT_REQUESTS_PER_DOMAIN", 1),
        ("DOWNLOAD_DELAY", 1.0),
        ("DOWNLOAD_DELAY_JITTER", 0),
        ("AUTOTHROTTLE_ENABLED", False),
        ("DOWNLOAD_VERIFY_CERTIFICATES", True),
        ("DOWNLOAD_TLS_MIN_VERSION", "TLSv1.2"),
        ("DOWNLOAD_FAIL_ON_DATALOSS", False),
        ("TELNETCONSOLE_ENABLED", False),
        ("REMOTE_CONTROL_ENABLED", False),
        ("COOKIES_ENABLED", False),
        ("REFERER_ENABLED", False),
        ("METAREFRESH_ENABLED", False),
        ("REDIRECT_ENABLED", False),
        ("RETRY_ENABLED", False),
        ("COMPRESSION_ENABLED", False),
        ("HTTPPROXY_ENABLED", False),
        ("HTTPCACHE_ENABLED", False),
        ("LOG_ENABLED", False),
        ("TWISTED_DNS_RESOLVER", "crawlers.guard.GuardedResolver"),
        ("DUPEFILTER_CLASS", "scrapy.dupefilters.BaseDupeFilter"),
        ("USER_AGENT", "vigilex/0.1 (+https://example.org)"),
    ],
)
def test_a_setting_is_what_was_promised(name: str, value: object) -> None:
    assert settings()[name] == value


def test_only_http_and_https_have_a_handler() -> None:
    assert set(settings().getwithbase("DOWNLOAD_HANDLERS")) == {"http", "https"}


def test_no_extension_runs_so_nothing_listens() -> None:
    assert build_component_list(settings().getwithbase("EXTENSIONS")) == []


def test_the_middlewares_are_ours_and_the_three_that_only_add_headers_and_limits() -> None:
    names = [
        str(name).rpartition(".")[2] for name in build_component_list(settings().getwithbase("DOWNLOADER_MIDDLEWARES"))
    ]
    assert names == [
        "GuardMiddleware",
        "RobotsMiddleware",
        "RedirectMiddleware",
        "PatienceMiddleware",
        "DownloadTimeoutMiddleware",
        "DefaultHeadersMiddleware",
        "UserAgentMiddleware",
    ]
    assert build_component_list(settings().getwithbase("SPIDER_MIDDLEWARES")) == []


def test_a_replay_has_a_handler_without_network_and_waits_for_nobody() -> None:
    found = settings(replay=True)
    assert set(found.getwithbase("DOWNLOAD_HANDLERS").values()) == {"crawlers.replay.ReplayHandler"}
    assert found["DOWNLOAD_DELAY"] == 0
    assert not any("Patience" in str(name) for name in found.getwithbase("DOWNLOADER_MIDDLEWARES"))


@pytest.mark.parametrize(
    ("wanted", "origin", "replay", "delay"),
    [
        (0.0, None, False, 1.0),
        (3.0, None, False, 3.0),
        (0.0, MIRROR, False, 1.0),
        (0.0, LOOPBACK, False, 0.0),
        (0.3, LOOPBACK, False, 0.3),
        (-1.0, LOOPBACK, False, 0.0),
        (5.0, None, True, 0.0),
    ],
)
def test_the_delay_has_a_floor_unless_all_goes_to_this_machine(
    wanted: float, origin: object, replay: bool, delay: float
) -> None:
    assert delay_between(wanted, origin, replay=replay) == delay  # type: ignore[arg-type]
