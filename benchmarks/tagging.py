"""How fast texts are tagged, and the plain way beside it; how memory grows over 100,000 texts.

    python -m benchmarks.tagging [--quick]

Promises, as ratios in one run against spaCy's ``PhraseMatcher`` over the whole text with the same terms (which only
finds them, and decides nothing): the gate with its windows at least 10 times as fast, all tags of a gazette's mix
(texts of 2 KB in ten languages, nine of ten on other subjects) 4 times, all tags of relevant texts of 50 KB 8 times.
Memory after 100,000 texts at most 1.2 times that after 10,000, and the first tag within 3 seconds of the start.
``--quick`` leaves out the memory.

Each text has names and numbers of its own, so that nothing is fast only because it was seen before. The ways take
turns, because the machine's speed changes while we look.
"""
# ruff: noqa: E501 - a sentence stays on its line

import json
import multiprocessing
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from unittest.mock import patch

import spacy
from spacy.matcher import PhraseMatcher

from extractors.finder import Finder
from extractors.folding import Folded
from extractors.relevance import POINTS, subject_finder
from extractors.tagger import tag
from model.publication import Publication
from tests.extractors.reading import corpus, find_slowly

GATE, MIX, LONG, GROWTH, START = 10.0, 4.0, 8.0, 1.2, 3.0
ROUNDS, MIXED, LONGS, WARM = 8, 300, 10, 200
FEW, MANY = 10_000, 100_000

# Sentences of gazettes on other subjects; {w} is a new name, {n} a number, {d} a day, {y} a year.
OTHER = {
    "en": (
        "Notice is hereby given that {w} {w} Limited has applied for planning permission at {n} {w} Street. ",
        "The Council of {w} made the Traffic Regulation (Temporary Closure) Order {y}, which comes into force on {d} March {y}. ",
        "Creditors of the above-named company are required to send particulars of their claims to the liquidator, {w} {w}. ",
        "The Minister wrote to the agency about the budget of the fire brigade, which rises by {n} per cent. ",
        "Objections must be made in writing to the Secretary of State for Transport not later than {d} June {y}. ",
    ),
    "de": (
        "Die Gemeinde {w} gibt bekannt, dass der Bebauungsplan Nr. {n} in der Fassung vom {d}. Mai {y} öffentlich ausliegt. ",
        "Das Amtsgericht {w} hat das Insolvenzverfahren über das Vermögen der {w} GmbH eröffnet (Az. {n} IN {n}/{y}). ",
        "Die Prüfungsordnung für den Studiengang {w} wird wie folgt geändert: In § {n} Absatz 2 wird das Wort gestrichen. ",
        "Einwendungen können bis zum {d}. Juli {y} schriftlich oder zur Niederschrift erhoben werden. ",
    ),
    "fr": (
        "Par arrêté du préfet en date du {d} mars {y}, M. {w} {w} est nommé directeur de l'établissement public de {w}. ",
        "Les comptes annuels de la société {w}, au capital de {n} euros, ont été déposés au greffe du tribunal de commerce. ",
        "Une enquête publique relative à l'aménagement de la route départementale {n} est ouverte à la mairie de {w}. ",
        "Le présent décret fixe les règles d'hygiène applicables aux piscines et entre en vigueur le {d} juin {y}. ",
    ),
    "es": (
        "Resolución de {d} de abril de {y}, de la Universidad de {w}, por la que se nombra Catedrático a don {w} {w}. ",
        "Se somete a información pública la solicitud de concesión de aguas presentada por {w}, con destino a riego de {n} ha. ",
        "El plazo de presentación de ofertas para el suministro de mobiliario terminará el {d} de mayo de {y}. ",
        "Anuncio del Ayuntamiento de {w} sobre la aprobación inicial del presupuesto general por importe de {n} euros. ",
    ),
    "pt": (
        "O Prefeito de {w} torna público que a sessão do pregão eletrônico nº {n}/{y} ocorrerá em {d} de março de {y}. ",
        "Fica nomeada {w} {w} para exercer o cargo em comissão de assessora da Secretaria de Obras de {w}. ",
        "A presente portaria estabelece o calendário de vacinação do gado bovino na região de {w}. ",
    ),
    "it": (
        "Il Comune di {w} rende noto che è indetta una gara per la manutenzione delle strade, importo a base d'asta {n} euro. ",
        "Con decreto del {d} maggio {y} il dott. {w} {w} è stato nominato commissario liquidatore della società {w}. ",
        "È autorizzata la modifica dell'autorizzazione all'immissione in commercio del medicinale {w}, confezione da {n} mg. ",
    ),
    "pl": (
        "Wojewoda zawiadamia o wydaniu decyzji o zezwoleniu na realizację inwestycji drogowej w gminie {w}, działka nr {n}. ",
        "Sąd Rejonowy ogłosił upadłość spółki {w} z siedzibą w {w}; wierzytelności należy zgłaszać do dnia {d} maja {y} r. ",
        "Rada Gminy {w} uchwala, co następuje: ustala się stawki podatku od nieruchomości na rok {y}. ",
    ),
    "sv": (
        "Länsstyrelsen har beslutat om tillfälligt förbud mot eldning i {w} kommun från och med den {d} juni {y}. ",
        "Bolagsverket kungör att aktiebolaget {w}, org.nr {n}, har gått i likvidation; likvidator är {w} {w}. ",
        "Förslaget till detaljplan för kvarteret {w} ställs ut på stadsbiblioteket och synpunkter lämnas skriftligen. ",
    ),
    "ja": (
        "{y}年4月{d}日、{w}市の都市計画道路の変更について、次のとおり縦覧に供する。",
        "株式会社{w}は、資本金の額を{n}万円減少することにいたしましたので、債権者は異議を申し出ることができます。",
        "気象庁は、{w}地方における観測所の位置を次のように定め、官報に掲載する。提出期限は{y}年6月{d}日とする。",
    ),
    "ar": (
        "تعلن بلدية {w} عن طرح مناقصة عامة رقم {n} لتوريد معدات صيانة الطرق والإنارة في المدينة. ",
        "صدر قرار وزير النقل بتاريخ {d} مارس {y} بشأن تنظيم مواقف السيارات في منطقة {w}. ",
        "على الدائنين تقديم مستندات ديونهم إلى المصفي {w} خلال مدة {n} يوما من تاريخ النشر. ",
    ),
}  # fmt: skip
# Sentences on our subject, as many languages as people will look for first.
SUBJECT = {
    "en": (
        "Goods produced wholly or in part with forced labour in {w} shall not be placed on the market of the Union. ",
        "Companies shall carry out human rights due diligence and publish a statement on modern slavery by {d} May {y}. ",
        "The agency issued a withhold release order against {w} on {d} March {y} because of indicators of debt bondage. ",
    ),
    "de": (
        "Das Lieferkettensorgfaltspflichtengesetz verpflichtet Unternehmen wie {w}, Zwangsarbeit und Kinderarbeit zu verhindern. ",
        "Die Opfer von Menschenhandel erhalten ab dem {d}. Mai {y} eine Entschädigung. ",
    ),
    "fr": (
        "La loi sur le devoir de vigilance impose aux sociétés de prévenir le travail forcé et la traite des êtres humains à {w}. ",
        "Le plan de vigilance de {w} est publié avant le {d} juin {y} et traite du travail des enfants. ",
    ),
    "es": (
        "Se prohíbe la importación de bienes producidos con trabajo forzoso en {w} a partir del {d} de mayo de {y}. ",
        "La trata de personas y el trabajo infantil se sancionan con multa de {n} euros. ",
    ),
    "ja": ("{y}年4月{d}日、政府は{w}における強制労働及び児童労働により生産された製品の輸入を禁止した。",),
}  # fmt: skip
_ONSETS, _VOWELS, _CODAS = [*"bcdfghklmnprstvz", "br", "dr", "st", "kl"], "aeiou", ["", *"nrslm"]


class Writer:
    """Writes texts; the same seed writes the same."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def mixed(self, count: int) -> Iterator[Publication]:
        """A gazette's mix of texts of 2 KB, one of ten relevant."""
        languages = list(OTHER)
        for number in range(count):
            lang = self._chance.choice(languages)
            relevant = number % 10 == 9
            lang = self._chance.choice(list(SUBJECT)) if relevant else lang
            yield self._publication(number, lang, 2_000, 0.3 if relevant else 0.0)

    def long(self, count: int) -> Iterator[Publication]:
        """Relevant texts of 50 KB: statutes and reports on our subject, one sentence of four names it."""
        for number in range(count):
            yield self._publication(number, self._chance.choice(list(SUBJECT)), 50_000, 0.25)

    def _publication(self, number: int, lang: str, size: int, share: float) -> Publication:
        pieces: list[str] = []
        left = size
        while left > 0:
            subject = self._chance.random() < share
            piece = self._sentence((SUBJECT if subject else OTHER)[lang]) + "\n" * (self._chance.random() < 0.2)
            left -= len(piece.encode())
            pieces.append(piece)
        title = self._sentence((SUBJECT if share else OTHER)[lang])
        return Publication("", str(number), title.strip(), None, text="".join(pieces))

    def _sentence(self, forms: Sequence[str]) -> str:
        form = self._chance.choice(forms)
        for slot, make in (("{w}", self._name), ("{n}", self._number), ("{d}", self._day), ("{y}", self._year)):
            while slot in form:
                form = form.replace(slot, make(), 1)
        return form

    def _name(self) -> str:
        pick = self._chance.choice
        return "".join(pick(_ONSETS) + pick(_VOWELS) + pick(_CODAS) for _ in range(self._chance.randint(2, 4))).title()

    def _number(self) -> str:
        return str(self._chance.randint(1, 9_999))

    def _day(self) -> str:
        return str(self._chance.randint(1, 28))

    def _year(self) -> str:
        return str(self._chance.randint(2019, 2028))


def plain_way() -> Callable[[Publication], object]:
    """spaCy's language-neutral tokenizer and one matcher with all terms of the subject."""
    nlp = spacy.blank("xx")
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    terms = {" ".join(entry.words).replace("*", "") for entry in subject_finder().entries}
    matcher.add("terms", [nlp.make_doc(term) for term in sorted(terms)])
    return lambda publication: matcher(nlp.make_doc(f"{publication.title}\n{publication.text}"))


@cache
def gate() -> Finder:
    """The terms that open the gate, as in ``extractors.relevance``: those that say something about relevance."""
    return Finder(one for one in subject_finder().entries if one.list.startswith("topics/") and POINTS[one.strength])


def gated(publication: Publication) -> None:
    """The same terms as the tagger looks for them: only where the gate opens, and by spaCy on windows."""
    folded = Folded(publication.title), Folded(publication.text)
    if any(gate().touches(one) for one in folded):
        everywhere(*folded)


def ungated(publication: Publication) -> None:
    """The same terms on windows in every text, whether the gate opens or not."""
    everywhere(Folded(publication.title), Folded(publication.text))


def everywhere(*folded: Folded) -> None:
    for one in folded:
        subject_finder().find(one)


def seconds(work: Callable[[Publication], object], texts: Sequence[Publication]) -> float:
    started = time.perf_counter()
    for one in texts:
        work(one)
    return time.perf_counter() - started


def compared(
    name: str, plain: Callable[[Publication], object], batches: Sequence[Sequence[Publication]]
) -> list[float]:
    """How many times as fast as the plain way the gate with windows, windows alone and all tags are (medians)."""
    ways = (plain, gated, ungated, tag)
    times = []
    for turn, texts in enumerate(batches):
        # Who comes first finds the texts out of the processor's memory, so each begins in its turn.
        order = sorted(range(len(ways)), key=lambda way: (way + turn) % len(ways))
        took = {way: seconds(ways[way], texts) for way in order}
        times.append([took[way] for way in range(len(ways))])
    ratios = [statistics.median(took[0] / took[way] for took in times) for way in range(len(ways))]
    print(f"{name}, {len(batches)} times {len(batches[0])}:")
    for way, title in enumerate(("PhraseMatcher", "gate and windows", "windows alone", "all tags")):
        rate = statistics.median(len(batches[0]) / took[way] for took in times)
        print(f"  {title:<17}{rate:>8,.0f} texts/s {ratios[way]:>7.1f} times")
    return ratios[1:]


def memory() -> tuple[float, float]:
    """Resident megabytes of this process after FEW and after MANY texts, none of them kept."""
    grown = []
    for number, one in enumerate(Writer(1).mixed(MANY), 1):
        tag(one)
        if number in (FEW, MANY):
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            grown.append(pages * resource.getpagesize() / 2**20)
    return grown[0], grown[1]


def same_tags() -> bool:
    """Whether each text of the corpus has the same tags with the gate and by spaCy over the whole text."""
    texts = list(corpus())
    fast = list(map(tag, texts))
    with patch.object(Finder, "touches", lambda *_: True), patch.object(Finder, "find", find_slowly):
        same = sum(tag(text) == tags for text, tags in zip(texts, fast, strict=True))
    print(f"{same} of {len(texts)} texts of the corpus have the same tags without the gate")
    return same == len(texts)


def start() -> float:
    """Seconds from the start of the command to its first line of tags."""
    line = json.dumps({"id": 1, "title": "Guidance on forced labour", "text": "Published on 3 May 2026."})
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "service", "tag"], input=line.encode(), check=True, capture_output=True)
    return time.perf_counter() - started


def main() -> None:
    plain, writer = plain_way(), Writer(0)
    list(map(tag, writer.mixed(WARM)))
    mix = compared("a gazette's mix of 2 KB", plain, [list(writer.mixed(MIXED)) for _ in range(ROUNDS)])
    long = compared("relevant texts of 50 KB", plain, [list(writer.long(LONGS)) for _ in range(ROUNDS)])
    first = start()
    print(f"first tag after {first:.2f} s")
    kept = [mix[0] >= GATE, mix[-1] >= MIX, long[-1] >= LONG, first <= START, same_tags()]
    if "--quick" not in sys.argv:
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as fresh:
            few, many = fresh.submit(memory).result()
        print(f"memory: {few:.0f} MB after {FEW:,} texts, {many:.0f} MB after {MANY:,}: {many / few:.2f} times")
        kept.append(many <= few * GROWTH)
    raise SystemExit(not all(kept))


if __name__ == "__main__":
    main()
