"""How good tags are: figures over labelled records, added one at a time, and a text that tells them.

A label is a JSON object with the fields of the taxonomy: ``relevant, jurisdictions, concerns, topics, sectors, kind,
stage, dates`` and, where it has them, ``instruments``. All but relevance, kind and dates are scored on relevant records
only, since the labels of the others are a best effort.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from model.codes import Facet
from model.tags import Tags

# The facets that are sets of codes, by the name of their field.
_SETS = {
    "jurisdictions": Facet.JURISDICTION,
    "concerns": Facet.CONCERN,
    "topics": Facet.TOPIC,
    "sectors": Facet.SECTOR,
    "instruments": Facet.INSTRUMENT,
}


@dataclass(slots=True)
class Counts:
    """True positives, false positives and false negatives of one code or one decision."""

    hits: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.hits / (self.hits + self.wrong) if self.hits + self.wrong else 0.0

    @property
    def recall(self) -> float:
        return self.hits / (self.hits + self.missed) if self.hits + self.missed else 0.0

    @property
    def f1(self) -> float:
        total = 2 * self.hits + self.wrong + self.missed
        return 2 * self.hits / total if total else 0.0

    @property
    def labelled(self) -> int:
        return self.hits + self.missed

    def add(self, labelled: frozenset[str], tagged: frozenset[str]) -> None:
        self.hits += len(labelled & tagged)
        self.wrong += len(tagged - labelled)
        self.missed += len(labelled - tagged)


@dataclass(frozen=True, slots=True)
class Mistake:
    """One decision on one record that differs from its label, and the words that led there."""

    id: str
    decision: str
    labelled: str
    tagged: str
    evidence: tuple[str, ...]


@dataclass(slots=True)
class Figures:
    """What ``evaluate`` counts. ``decisions`` hold micro figures, ``codes`` those of each (decision, code)."""

    records: int = 0
    decisions: dict[str, Counts] = field(default_factory=lambda: defaultdict(Counts))
    codes: dict[tuple[str, str], Counts] = field(default_factory=lambda: defaultdict(Counts))
    languages: dict[str, Counts] = field(default_factory=lambda: defaultdict(Counts))
    confusion: dict[str, Counter[tuple[str, str]]] = field(default_factory=lambda: defaultdict(Counter))
    review: int = 0
    right_language: int = 0
    labelled_language: int = 0

    def accuracy(self, decision: str) -> float:
        """The share of records with the right single code (kind, stage, relevance)."""
        pairs = self.confusion.get(decision, Counter())
        total = sum(pairs.values())
        return sum(times for (labelled, tagged), times in pairs.items() if labelled == tagged) / total if total else 0.0

    def macro(self, decision: str) -> float:
        """The mean F1 over the codes that are labelled at least once."""
        scores = [counts.f1 for (name, _), counts in self.codes.items() if name == decision and counts.labelled]
        return sum(scores) / len(scores) if scores else 0.0


def evaluate(pairs: Iterable[tuple[Mapping[str, Any], Tags]], figures: Figures) -> Iterator[Mistake]:
    """Counts each (label, tags) into ``figures`` and yields its mistakes; holds nothing but counts.

    Raises KeyError or TypeError for a label that lacks ``relevant``.
    """
    for label, tags in pairs:
        figures.records += 1
        figures.review += tags.review
        yield from _relevance(label, tags, figures)
        yield from _one_code(label, tags, "kind", str(tags.kind), figures)
        yield from _dates(label, tags, figures)
        if label.get("lang"):
            figures.labelled_language += 1
            figures.right_language += label["lang"] == tags.lang
        if label["relevant"]:
            yield from _one_code(label, tags, "stage", str(tags.stage), figures)
            for decision in _SETS:
                yield from _set(label, tags, decision, figures)


def _relevance(label: Mapping[str, Any], tags: Tags, figures: Figures) -> Iterator[Mistake]:
    labelled = frozenset({"yes"} if label["relevant"] else ())
    tagged = frozenset({"yes"} if tags.relevant else ())
    figures.decisions["relevance"].add(labelled, tagged)
    figures.languages[str(label.get("lang") or tags.lang)].add(labelled, tagged)
    told, said = ("yes" if labelled else "no"), ("yes" if tagged else "no")
    figures.confusion["relevance"][told, said] += 1
    if told != said:
        yield Mistake(_id(label), "relevance", told, f"{said} ({tags.score:.2f})", _why(tags, Facet.RELEVANCE))


def _one_code(label: Mapping[str, Any], tags: Tags, decision: str, tagged: str, figures: Figures) -> Iterator[Mistake]:
    if decision not in label:
        return
    labelled = str(label[decision])
    figures.confusion[decision][labelled, tagged] += 1
    for code in {labelled, tagged}:
        figures.codes[decision, code].add(frozenset({labelled} & {code}), frozenset({tagged} & {code}))
    if labelled != tagged:
        yield Mistake(_id(label), decision, labelled, tagged, _why(tags, Facet(decision)))


def _set(label: Mapping[str, Any], tags: Tags, decision: str, figures: Figures) -> Iterator[Mistake]:
    if decision not in label:
        return
    labelled, tagged = frozenset(map(str, label[decision])), frozenset(map(str, getattr(tags, decision)))
    figures.decisions[decision].add(labelled, tagged)
    for code in labelled | tagged:
        figures.codes[decision, code].add(labelled & {code}, tagged & {code})
    if labelled != tagged:
        facet = _SETS[decision]
        why = tuple(words for code in sorted(tagged - labelled) for words in _why(tags, facet, code))
        yield Mistake(_id(label), decision, _listed(labelled), _listed(tagged), why)


def _dates(label: Mapping[str, Any], tags: Tags, figures: Figures) -> Iterator[Mistake]:
    if "dates" not in label:
        return
    labelled = frozenset(f"{one['type']} {one['date']}" for one in label["dates"])
    tagged = frozenset(f"{one.type} {one.date}" for one in tags.dates)
    figures.decisions["dates"].add(labelled, tagged)
    for code in sorted({one.split()[0] for one in labelled | tagged}):
        figures.codes["dates", code].add(_of(code, labelled), _of(code, tagged))
    if labelled != tagged:
        yield Mistake(_id(label), "dates", _listed(labelled), _listed(tagged), _why(tags, Facet.DATE))


def _of(code: str, dated: frozenset[str]) -> frozenset[str]:
    return frozenset(one for one in dated if one.startswith(f"{code} "))


def _id(label: Mapping[str, Any]) -> str:
    return str(label.get("id", ""))


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(sorted(codes)) or "nothing"


def _why(tags: Tags, facet: Facet, code: str | None = None) -> tuple[str, ...]:
    return tuple(
        f"{one.code}: “{' '.join(one.words.split())[:80]}” ({one.where}, {one.rule})"
        for one in tags.evidence
        if one.facet is facet and code in (None, one.code)
    )


def figures_text(figures: Figures) -> str:
    """The figures as a person reads them: decisions, codes, languages, confusion."""
    blocks = [
        _decisions_text(figures),
        _codes_text(figures),
        _languages_text(figures),
        *(_confusion_text(figures, decision) for decision in ("relevance", "kind", "stage")),
    ]
    return "\n\n".join(block for block in blocks if block)


def figures_to_dict(figures: Figures) -> dict[str, Any]:
    """The same figures as plain JSON values."""
    return {
        "records": figures.records,
        "review": figures.review,
        "decisions": {name: _plain(counts) for name, counts in sorted(figures.decisions.items())},
        "macro": {name: round(figures.macro(name), 4) for name in (*_SETS, "kind", "stage")},
        "accuracy": {name: round(figures.accuracy(name), 4) for name in ("relevance", "kind", "stage")},
        "codes": {f"{name}/{code}": _plain(counts) for (name, code), counts in sorted(figures.codes.items())},
        "languages": {lang: _plain(counts) for lang, counts in sorted(figures.languages.items())},
    }


def _plain(counts: Counts) -> dict[str, float]:
    return {
        "precision": round(counts.precision, 4),
        "recall": round(counts.recall, 4),
        "f1": round(counts.f1, 4),
        "labelled": counts.labelled,
    }


def mistake_text(mistake: Mistake) -> str:
    """One mistake in a few lines: the record, what was labelled and tagged, and the words that led there."""
    head = f"{mistake.id}  {mistake.decision}: labelled {mistake.labelled}; tagged {mistake.tagged}"
    return "\n".join([head, *(f"    {words}" for words in mistake.evidence)])


_HEADS = f"{'':24} {'precision':>9} {'recall':>9} {'F1':>9} {'labelled':>9}"


def _row(name: str, counts: Counts) -> str:
    return f"{name:24} {counts.precision:9.3f} {counts.recall:9.3f} {counts.f1:9.3f} {counts.labelled:9}"


def _decisions_text(figures: Figures) -> str:
    order = ("relevance", *list(_SETS)[:4], "dates", "instruments")
    rows = [_row(name, figures.decisions[name]) for name in order if name in figures.decisions]
    rows += [f"{name + ' accuracy':24} {figures.accuracy(name):9.3f}" for name in ("kind", "stage")]
    rows += [f"{name + ' macro F1':24} {figures.macro(name):9.3f}" for name in ("topics", "sectors")]
    if figures.labelled_language:
        rows.append(f"{'language accuracy':24} {figures.right_language / figures.labelled_language:9.3f}")
    return "\n".join([f"{figures.records} records, {figures.review} between the bounds", _HEADS, *rows])


def _codes_text(figures: Figures) -> str:
    rows = [_row(f"{name}/{code}"[:24], counts) for (name, code), counts in sorted(figures.codes.items())]
    return "\n".join(["By code", _HEADS, *rows]) if rows else ""


def _languages_text(figures: Figures) -> str:
    rows = [_row(lang, counts) for lang, counts in sorted(figures.languages.items())]
    return "\n".join(["Relevance by language", _HEADS, *rows]) if rows else ""


def _confusion_text(figures: Figures, decision: str) -> str:
    pairs = figures.confusion.get(decision)
    if not pairs:
        return ""
    rows = [
        f"{labelled:16} {tagged:16} {times:6}"
        for (labelled, tagged), times in sorted(pairs.items(), key=lambda item: (-item[1], item[0]))
    ]
    return "\n".join([f"Confusion of {decision}", f"{'labelled':16} {'tagged':16} {'times':>6}", *rows])
