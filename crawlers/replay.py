"""The download handler of a replay: it answers from a recording and knows no network."""

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.http import Response

from crawlers.hosts import NotFetched, NotRecorded
from crawlers.wire import Received


class ReplayHandler(BaseDownloadHandler):
    """Gives each recorded answer once; raises NotRecorded for a request that none of them answers."""

    async def download_request(self, request: Request) -> Response:
        visit = self.crawler.spider.visit  # type: ignore[union-attr]
        if visit.stopping.is_set():
            raise NotFetched(visit.stopped)
        recorded = visit.recording.answer(visit.source.id, request.url)
        if recorded is None:
            raise NotRecorded(request.url)
        return Received(visit.load(recorded), request)
