"""The command line: the contract's exit codes, one sentence for what goes wrong, never a traceback."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from crawlers.holder import own_holder
from crawlers.reading import Reading
from db.runs import start_run
from db.store import open_store
from model.measured import measured_from_dict
from model.payload import Payload
from service.cli import COMMANDS, main
from service.figures import BEGIN, END
from tests.service.making import BOE_DAY, NOW, recorded

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line in an empty folder: (exit code, output, what was said beside it)."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("VIGILEX_"):
            monkeypatch.delenv(name)

    def runs(*words: str) -> tuple[int, str, str]:
        try:
            code = main(words)
        except SystemExit as exit_:
            code = int(exit_.code or 0)
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return runs


def fails(run: Run, code: int, *words: str) -> str:
    """The one sentence with which a command line fails."""
    got, out, err = run(*words)
    assert got == code, err
    assert out == ""
    assert err.startswith("vigilex: ")
    assert err.count("\n") == 1
    return err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(run: Run, command: str) -> None:
    code, out, _ = run(command, "--help")
    assert code == 0
    assert "usage: vigilex" in out


def test_an_unknown_command_is_wrong_use(run: Run) -> None:
    code, _, err = run("crwal")
    assert code == 2
    assert "crwal" in err


@pytest.mark.parametrize(
    "command", [("search", "x"), ("check",), ("retag",), ("reparse",), ("sources",), ("feeds", "build")]
)
def test_a_command_that_reads_never_makes_a_store(run: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    assert "no store" in fails(run, 1, *command, "--data", str(tmp_path / "nothing"))
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("command", [("search", "x"), ("check",), ("retag",), ("sources",), ("feeds", "build")])
def test_a_file_that_is_no_database_is_named(run: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "vigilex.db").write_bytes(b"This is not a database, however long it may be. " * 50)
    assert "vigilex.db" in fails(run, 1, *command, "--data", str(tmp_path))


def test_an_unknown_source_is_wrong_use(run: Run) -> None:
    assert "xx_nowhere" in fails(run, 2, "extract", "xx_nowhere", "file")
    assert "xx_nowhere" in fails(run, 2, "crawl", "xx_nowhere")


def test_an_unreadable_file_is_named(run: Run, tmp_path: Path) -> None:
    assert "missing.json" in fails(run, 1, "extract", "es_boe", "missing.json")
    assert "missing.jsonl" in fails(run, 1, "tag", "missing.jsonl")
    assert "missing.jsonl" in fails(run, 1, "evaluate", "missing.jsonl")
    assert str(tmp_path) in fails(run, 1, "tag", str(tmp_path))
    assert "nowhere" in fails(run, 1, "crawl", "--replay", "nowhere")


def test_an_invalid_json_line_is_named_by_its_number(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    for line, what in ((b"{", "no valid JSON"), (b"[1]", "object"), (b'{"title": "x"}', "id"), (b'{"id": 1}', "title"),
                       (b'{"id": 1, "text": 5}', "text"), (b"\xff\xfe", "no valid JSON")):  # fmt: skip
        path.write_bytes(b'{"id": "1", "title": "a", "text": "b"}\n\n' + line + b"\n")
        code, out, err = run("tag", str(path))
        assert code == 1
        assert len(out.splitlines()) == 1
        assert "line 3" in err
        assert what in err


def test_a_bad_setting_stops_the_start_and_names_itself(run: Run, tmp_path: Path) -> None:
    (tmp_path / "vigilex.toml").write_text("[crawl]\ndelya = 3\n")
    assert "crawl.delya" in fails(run, 1, "crawl")


def test_a_folder_that_cannot_be_written_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert str(tmp_path / "file") in fails(
        run, 1, "crawl", "--replay", recorded(tmp_path), "--data", str(tmp_path / "file")
    )


def test_a_payload_that_is_something_else_is_named(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<!DOCTYPE html><html><body>Access denied</body></html>")
    assert "page.html" in fails(run, 1, "extract", "es_boe", str(path))
    path.write_text(json.dumps(BOE_DAY)[:-40])
    assert "page.html" in fails(run, 1, "extract", "es_boe", str(path))


def test_a_store_damaged_in_its_middle_is_named(run: Run, store: Path) -> None:
    with (store / "vigilex.db").open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * 200_000)
    for command in (("search", "trabajo"), ("retag",)):
        assert "var" in fails(run, 1, *command)
    code, out, err = run("check")
    assert code == 1
    assert "damaged" in out + err


def test_a_damaged_table_is_a_finding_and_not_advice_to_run_what_is_running(run: Run, store: Path) -> None:
    db = open_store(store)
    (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'snapshots'").fetchone()
    (size,) = db.execute("PRAGMA page_size").fetchone()
    db.close()
    with (store / "vigilex.db").open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    code, out, err = run("check")
    assert code == 1
    assert "The archive could not be compared" in out
    assert "vigilex check" not in err


def test_an_archive_cut_after_its_last_payload_is_named(run: Run, store: Path) -> None:
    (warc,) = (store / "archive").rglob("*.warc.gz")
    warc.write_bytes(warc.read_bytes()[:-6])
    code, out, _ = run("check")
    assert code == 1
    assert "is damaged" in out


@pytest.mark.parametrize("time", ["0001-01-01", "9999-12-31T23:59:59Z"])
def test_a_time_from_which_nothing_can_be_counted_is_wrong_use(capsys: pytest.CaptureFixture[str], time: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["sources", "--now", time])
    assert ended.value.code == 2
    assert "out of reach" in capsys.readouterr().err


def test_what_a_parser_trips_over_is_a_sentence(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "odd.json"
    path.write_text('{"document_number": "2026-1", "title": "x"}')
    assert "--url" in fails(run, 2, "extract", "us_federal_register", str(path), "--url", "http://[x")

    def trip(payload: Payload) -> Reading:
        raise ZeroDivisionError(payload.name)

    monkeypatch.setattr("crawlers.spiders.us_federal_register.UsFederalRegisterSpider.read", trip)
    assert "odd.json" in fails(run, 1, "extract", "us_federal_register", str(path))


@pytest.mark.usefixtures("store")
def test_from_a_recorded_day_to_search_and_feed(run: Run, tmp_path: Path) -> None:
    code, out, err = run("search", "trabajo forzoso", "--json")
    (found,) = [json.loads(line) for line in out.splitlines()]
    assert found["native_id"] == "BOE-A-2026-99001"
    assert found["url"] == "https://www.boe.es/diario_boe/txt.php?id=BOE-A-2026-99001"
    assert found["published"] == "2026-11-12"
    assert found["first_seen"] == "2026-11-12T08:00:00Z"
    assert found["jurisdictions"] == ["ES"]
    assert "1 found" in err

    code, out, _ = run("feeds", "build", "--out", str(tmp_path / "site"))
    assert code == 0
    feed = (tmp_path / "site" / "feeds" / "j" / "ES.atom").read_text(encoding="utf-8")
    assert found["id"] in feed
    assert (tmp_path / "site" / "feeds" / "all.atom").is_file()

    code, out, _ = run("check")
    assert (code, out) == (0, "The database, the index and the archive agree.\n")
    assert run("retag", *NOW)[0] == 0
    assert run("reparse", *NOW)[0] == 0
    code, out, _ = run("sources", "--json")
    assert code == 0
    assert {json.loads(line)["source"]: json.loads(line)["outcome"] for line in out.splitlines()}["es_boe"] == "new"


@pytest.mark.usefixtures("store")
def test_feeds_are_written_anew_only_where_something_changed(run: Run) -> None:
    assert "0 of them new or changed" not in run("feeds", "build")[1]
    assert "0 of them new or changed" in run("feeds", "build")[1]


@pytest.mark.usefixtures("store")
def test_a_folder_for_feeds_that_cannot_be_written_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    assert "taken" in fails(run, 1, "feeds", "build", "--out", str(tmp_path / "taken"))


def test_extract_prints_the_object_of_the_contract(run: Run, tmp_path: Path) -> None:
    recorded(tmp_path)
    code, out, _ = run("extract", "es_boe", str(tmp_path / "recorded" / "day.json"))
    assert code == 0
    (update,) = [json.loads(line) for line in out.splitlines()]
    assert set(update) >= {
        "id", "source", "native_id", "url", "title", "lang", "text", "published", "first_seen", "kind", "stage",
        "jurisdictions", "concerns", "topics", "sectors", "dates", "identifiers", "instruments", "evidence", "versions",
    }  # fmt: skip
    assert update["identifiers"]["boe"] == ["BOE-A-2026-99001"]
    assert not (tmp_path / "var").exists()


def test_a_payload_without_an_update_gives_no_line_a_note_and_success(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "none.xml"
    path.write_text('<?xml version="1.0" encoding="utf-8"?><response><status><code>404</code>'
                    "<text>La información solicitada no existe</text></status><data/></response>")  # fmt: skip
    code, out, err = run("extract", "es_boe", str(path))
    assert (code, out) == (0, "")
    assert "none.xml" in err


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    "query", ["C-190/24", "O'Brien", '"x', "a:b", "((", "NEAR(a b)", "*", "-", "\x00", "x" * 10_000, ""]
)
def test_nothing_typed_into_the_search_can_fail(run: Run, query: str) -> None:
    code, _, err = run("search", "--", query)
    assert code == 0
    assert "found" in err


def cpu_seconds(*words: str, cwd: Path) -> float:
    """User and system time of one command, the interpreter's start included; the best of three."""
    script = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], capture_output=True);"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN); print(used.ru_utime + used.ru_stime)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", script, sys.executable, "-m", "service", *words]
    times = [
        float(subprocess.run(command, cwd=cwd, env=environment, capture_output=True, check=True).stdout)
        for _ in range(3)
    ]
    return min(times)


@pytest.mark.usefixtures("store")
def test_reading_commands_start_quickly(tmp_path: Path) -> None:
    assert cpu_seconds("--help", cwd=tmp_path) <= 0.2
    assert cpu_seconds("search", "trabajo", cwd=tmp_path) <= 0.4


LABELLED = {
    "id": "one", "title": "Forced labour in supply chains", "text": "The Act prohibits goods made with forced labour.",
    "lang": "en", "relevant": True, "jurisdictions": [], "concerns": [], "topics": ["forced-labour", "trade"],
    "sectors": [], "kind": "legislation", "stage": "none", "dates": [],
}  # fmt: skip


def test_evaluation_gives_figures_and_each_mistake_with_its_evidence(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "labelled.jsonl"
    path.write_text(json.dumps(LABELLED) + "\n")
    code, out, _ = run("evaluate", str(path))
    assert code == 0
    assert "one  topics: labelled forced-labour, trade" in out
    assert "precision" in out
    code, out, _ = run("evaluate", str(path), "--json")
    figures = json.loads(out.splitlines()[-1])["figures"]
    assert figures["records"] == 1
    assert figures["codes"]["topics/trade"]["recall"] == 0


def test_figures_are_saved_as_the_page_about_the_service_reads_them(run: Run, tmp_path: Path) -> None:
    path, saved = tmp_path / "labelled.jsonl", tmp_path / "measured.json"
    path.write_text(json.dumps(LABELLED) + "\n")
    assert run("evaluate", str(path), "--save", str(saved), "--now", "2026-11-20")[0] == 0
    found = measured_from_dict(json.loads(saved.read_text()))
    assert (found.day, found.records, found.languages) == ("2026-11-20", 1, 1)
    topics = next(one for one in found.figures if one.decision == "topics")
    assert (topics.precision, topics.recall, topics.labelled) == (0.5, 0.5, 2)
    code, _, err = run("evaluate", str(path), "--save", str(path / "nowhere"))
    assert code == 1
    assert "cannot be written" in err


def test_figures_of_several_files_are_put_between_the_marks_of_a_page(run: Run, tmp_path: Path) -> None:
    one, other, page = tmp_path / "one.jsonl", tmp_path / "other.jsonl", tmp_path / "page.md"
    one.write_text(json.dumps(LABELLED) + "\n")
    other.write_text(json.dumps({**LABELLED, "id": "two", "topics": ["forced-labour", "import-ban"]}) + "\n")
    page.write_text(f"# How\n\n{BEGIN}\nold\n{END}\n\nThe end.\n")
    for _ in range(2):
        assert run("evaluate", str(one), str(other), "--page", str(page), "--now", "2026-11-20")[0] == 0
        text = page.read_text()
        assert text.startswith(f"# How\n\n{BEGIN}\n\nMeasured on 2026-11-20 with 2 documents in 1 language.\n")
        assert text.endswith(f"{END}\n\nThe end.\n")
        assert "| trade | 0.000 | 0.000 | 0.000 | 1 |" in text
        assert "old" not in text
    page.write_text(f"{END} {BEGIN}")
    code, _, err = run("evaluate", str(one), "--page", str(page))
    assert (code, BEGIN in err) == (1, True)
    assert page.read_text() == f"{END} {BEGIN}"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"relevant": "yes"}, "relevant"),
        ({"topics": "trade"}, "topics"),
        ({"kind": 3}, "kind"),
        ({"dates": [1]}, "dates"),
    ],
)
def test_a_wrong_label_is_named(run: Run, tmp_path: Path, change: dict[str, object], named: str) -> None:
    path = tmp_path / "labelled.jsonl"
    path.write_text(json.dumps({**LABELLED, **change}) + "\n")
    sentence = fails(run, 1, "evaluate", str(path))
    assert "one" in sentence
    assert named in sentence


def test_a_visit_whose_process_died_is_shown_as_interrupted(run: Run, store: Path) -> None:
    db = open_store(store)
    start_run(db, "es_boe", "20261113T080000Z-x", "2026-11-13T08:00:00Z", "999999999:gone/1")
    start_run(db, "gb_govuk", "20261113T080000Z-y", "2026-11-13T08:00:00Z", own_holder())
    db.close()
    code, out, _ = run("sources", "--json")
    assert code == 0
    states = {json.loads(line)["source"]: json.loads(line)["state"] for line in out.splitlines()}
    assert states["es_boe"] == "interrupted"
    assert states["gb_govuk"] == "being visited"
    assert states["eu_cellar"] == "never visited"


def findings(run: Run) -> list[str]:
    code, out, _ = run("check")
    assert code == 1
    return out.splitlines()


def change(store: Path, sql: str) -> None:
    """Spoil the store behind the back of the program, as a fault of disk or hand would."""
    db = open_store(store)
    db.execute(sql)
    db.close()


def test_check_finds_a_payload_that_is_not_the_one_that_was_noted(run: Run, store: Path) -> None:
    change(store, "UPDATE snapshots SET sha256 = 'ab'")
    (sentence,) = findings(run)
    assert "another payload than the store noted" in sentence


def test_check_finds_a_record_that_the_store_does_not_know(run: Run, store: Path) -> None:
    change(store, "DELETE FROM parts")
    change(store, "DELETE FROM revisions")
    change(store, "DELETE FROM snapshots")
    assert any("holds a record at" in sentence and "does not know" in sentence for sentence in findings(run))


def test_check_finds_an_archive_file_that_is_gone_damaged_or_of_no_run(run: Run, store: Path) -> None:
    (warc,) = store.glob("archive/*/*.warc.gz")
    whole = warc.read_bytes()
    stranger = warc.with_name("20200101T000000Z-stranger.warc.gz")
    stranger.write_bytes(whole)
    assert any("stranger" in sentence and "belongs to no run" in sentence for sentence in findings(run))
    stranger.unlink()
    damaged = bytearray(whole)
    damaged[-40] ^= 0xFF
    warc.write_bytes(bytes(damaged))
    assert all(warc.name in sentence for sentence in findings(run))
    warc.unlink()
    assert any("no readable record" in sentence for sentence in findings(run))


def test_check_finds_words_missing_in_the_index(run: Run, store: Path) -> None:
    change(store, "DELETE FROM words")
    assert any("missing in the search index" in sentence for sentence in findings(run))


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE publications SET title = 'Another title'", "other facts in its columns"),
        ("UPDATE publications SET url = 'https://elsewhere.example'", "other facts in its columns"),
        ("UPDATE versions SET title = 'Another title'", "other facts in its columns"),
        ("UPDATE versions SET text = text || ' and more'", "not what its parts make"),
        ("UPDATE publications SET composed = replace(composed, 'Ley', 'Orden')", "not what its parts make"),
        ("DELETE FROM tags", "without composition or tags"),
    ],
)
def test_check_finds_facts_that_are_not_what_the_parts_give(run: Run, store: Path, sql: str, said: str) -> None:
    change(store, sql)
    assert any(said in sentence for sentence in findings(run))
