"""Pages that keep programs out, told from pages that speak about it."""

import pytest

from crawlers.challenges import challenge


def page(title: str, body: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>".encode()


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (page("Just a moment...", '<script src="/cdn-cgi/challenge-platform/h/g"></script>'), "Cloudflare"),
        (page("Attention Required! | Cloudflare", "<h1>Sorry, you have been blocked</h1>"), "Cloudflare"),
        (b"<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY>\n<H1>Access Denied</H1>"
         b"Reference&#32;&#35;18&#46;c</BODY></HTML>", "Akamai"),
        (b'<html style="height:100%"><head></head><body><iframe src="/_Incapsula_Resource?SWUDNSAI=31">'
         b"Request unsuccessful. Incapsula incident ID: 1-2</iframe></body></html>", "Imperva"),
        (page("", '<script src="https://x.token.awswaf.com/challenge.js"></script>'), "Amazon's firewall"),
        (page("a.test", '<script src="https://ct.captcha-delivery.com/c.js"></script>'), "DataDome"),
        (page("Request Rejected", "The requested URL was rejected. Please consult with your administrator."), "F5"),
        (page("Making sure you&#39;re not a bot!", '<script id="anubis_challenge">{}</script>'), "Anubis"),
        (page("Checking your browser before accessing"), "an access check"),
        (page("Accès refusé"), "an access check"),
        (page("Zugriff verweigert"), "an access check"),
        (page("Acceso denegado"), "an access check"),
        (page("Доступ запрещён"), "an access check"),
        (page("访问被拒绝"), "an access check"),
        (page("", "Please complete the CAPTCHA to continue"), "an access check"),
    ],
)  # fmt: skip
def test_a_challenge_page_is_recognised(body: bytes, name: str) -> None:
    assert challenge(body, {}) == name


def test_a_challenge_is_recognised_by_its_header() -> None:
    assert challenge(b"<html></html>", {"cf-mitigated": "challenge"}) == "Cloudflare"


@pytest.mark.parametrize(
    "body",
    [
        b'{"title": "Access Denied", "text": "captcha"}',
        b"<?xml version='1.0'?><act><title>Access denied to forced labour goods</title></act>",
        page(
            "Regulation on bot detection and captcha services",
            "<p>" + "Article 1 says that access is denied. " * 100 + "</p>",
        ),
        page("Our new portal", "<p>Welcome</p>"),
        b"",
        b"plain words about a captcha",
    ],
)
def test_a_document_that_speaks_of_such_things_is_none(body: bytes) -> None:
    assert challenge(body, {}) is None
