"""Which sources there are: found through Scrapy's spider loader, never listed by hand."""

from functools import cache

from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from crawlers.bases.source import SourceSpider
from crawlers.settings import SPIDER_MODULES


class UnknownSource(Exception):
    """Raised for the id of a source that we do not have; one sentence that names it and where to look."""

    def __init__(self, source: str) -> None:
        super().__init__(f"There is no source {source}: `vigilex sources` lists those there are.")


@cache
def spiders() -> dict[str, type[SourceSpider]]:
    """All spiders by the id of their source, in order of the ids."""
    loader = SpiderLoader.from_settings(Settings({"SPIDER_MODULES": SPIDER_MODULES}))
    found = {name: loader.load(name) for name in sorted(loader.list())}
    return {name: spider for name, spider in found.items() if issubclass(spider, SourceSpider)}


def spider_for(source_id: str) -> type[SourceSpider]:
    """The spider of one source. Raises UnknownSource."""
    try:
        return spiders()[source_id]
    except KeyError:
        raise UnknownSource(source_id) from None
