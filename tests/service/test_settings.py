"""Settings: read strictly, the environment first, every mistake named."""

from pathlib import Path

import pytest

from service.errors import Failure
from service.settings import FILE, load_settings


def settings_of(folder: Path, text: str, **environment: str):  # type: ignore[no-untyped-def]
    (folder / FILE).write_text(text, encoding="utf-8")
    return load_settings(folder, folder / "elsewhere", environment)


def test_without_a_file_the_defaults_are_polite_and_local(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, tmp_path, {})
    assert settings.crawl.delay >= 1
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.user_agent.startswith("Vigilex/")


def test_the_data_folder_s_file_outranks_that_of_the_current_folder(tmp_path: Path) -> None:
    data, here = tmp_path / "data", tmp_path / "here"
    for folder, name in ((data, "of-data"), (here, "of-here")):
        folder.mkdir()
        (folder / FILE).write_text(f'[organisation]\nname = "{name}"\n')
    assert load_settings(data, here, {}).organisation.name == "of-data"
    assert load_settings(tmp_path, here, {}).organisation.name == "of-here"


def test_the_environment_outranks_the_file(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path, "[crawl]\ndelay = 5\n", VIGILEX_CRAWL__DELAY="2.5", VIGILEX_SMTP__HOST="mail.example"
    )
    assert settings.crawl.delay == 2.5
    assert settings.smtp.host == "mail.example"


def test_a_key_of_a_source_comes_from_file_or_environment_and_never_shows(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, '[keys]\nxx_one = "secret-1"\n', VIGILEX_KEYS__XX_TWO="secret-2")
    assert dict(settings.keys) == {"xx_one": "secret-1", "xx_two": "secret-2"}
    assert "secret" not in repr(settings)


def test_the_contact_is_part_of_the_user_agent(tmp_path: Path) -> None:
    assert "desk@example.org" in settings_of(tmp_path, '[organisation]\ncontact = "desk@example.org"\n').user_agent


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[crawl]\ndelya = 2\n", "crawl.delay"),
        ("[crwal]\ndelay = 2\n", "did you mean crawl"),
        ("[crawl]\ndelay = 0.1\n", "crawl.delay"),
        ("[crawl]\ndelay = nan\n", "crawl.delay"),
        ('[crawl]\ndelay = "soon"\n', "crawl.delay"),
        ('[crawl]\nallowed_origin = "127.0.0.1"\n', "crawl.allowed_origin"),
        ('[web]\nlisten = "localhost"\n', "web.listen"),
        ('[crawl]\nallowed_origin = "http://127.0.0.1:99999"\n', "crawl.allowed_origin"),
        ('[crawl]\nallowed_origin = "http://[x"\n', "crawl.allowed_origin"),
        ('base_url = "http://[x"\n', "base_url"),
        ('[crawl]\nallowed_origin = "http://mirror.example"\ndelay = 0\n', "crawl.delay"),
        ('[crawl]\nuser_agent = "a\\nb"\n', "crawl.user_agent"),
        ("crawl = 3\n", "crawl must be a table"),
        ('base_url = "vigilex.example"\n', "base_url"),
        ('timezone = "Mars/Olympus"\n', "timezone"),
        ('timezone = "../etc/passwd"\n', "timezone"),
        ('[smtp]\ntls = "maybe"\n', "smtp.tls"),
        ("[smtp]\nport = 70000\n", "smtp.port"),
        ("[organisation]\nname = 7\n", "organisation.name"),
        ("not toml", "not valid TOML"),
        ("\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "not valid TOML"),
    ],
)
def test_a_bad_setting_is_refused_by_name(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(Failure) as refusal:
        settings_of(tmp_path, text)
    assert named in str(refusal.value)
    assert FILE in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_no_delay_is_allowed_only_towards_a_loopback_mirror(tmp_path: Path) -> None:
    text = '[crawl]\nallowed_origin = "http://127.0.0.1:8099"\ndelay = 0\n'
    assert settings_of(tmp_path, text).crawl.delay == 0
