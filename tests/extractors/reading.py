"""The corpus, and the tagger's rules read slowly: spaCy over the whole text, no gate, no windows."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from spacy.matcher import Matcher, PhraseMatcher

from extractors.finder import Finder, Finding, as_written, pattern_of, tokens
from extractors.folding import Folded
from model.publication import Publication
from tests.extractors.making import publication

CORPUS = Path(__file__).resolve().parents[1] / "corpus"


def corpus() -> Iterator[Publication]:
    """Every text of the corpus, its language left to be found."""
    for page in sorted(CORPUS.glob("*/*.jsonl")):
        for line in page.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            yield publication(record["title"], record["text"], native_id=str(record["id"]), url=record.get("url"))


def find_slowly(finder: Finder, folded: Folded, *, title: bool = False) -> list[Finding]:
    """What ``finder`` has to find."""
    words = tokens(folded.text)
    found = set()
    for matcher in _matchers(finder):
        for key, first, last in matcher(words):
            place = words[first:last]
            found.add((place.start_char, -place.end_char, int(words.vocab.strings[key])))
    for number, entry in enumerate(finder.entries):
        at = folded.text.find(entry.literal) if entry.anywhere else -1
        while at >= 0:
            found.add((at, -at - len(entry.literal), number))
            at = folded.text.find(entry.literal, at + 1)
    findings = [Finding(finder.entries[number], start, -end, title) for start, end, number in sorted(found)]
    return [one for one in findings if as_written(folded, one.entry, one.start, one.end)]


@cache
def _matchers(finder: Finder) -> list[PhraseMatcher | Matcher]:
    vocab = tokens("").vocab
    phrases, starred = PhraseMatcher(vocab), Matcher(vocab)
    for number, entry in enumerate(finder.entries):
        if entry.starred and not entry.anywhere:
            starred.add(str(number), [pattern_of(entry)])
        elif not entry.anywhere:
            phrases.add(str(number), [tokens(" ".join(entry.words))])
    return [matcher for matcher in (phrases, starred) if len(matcher)]
