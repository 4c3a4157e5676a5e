"""Pages that stand between us and the source and answer 200: recognised, so that they are never taken for no news."""

import re
from collections.abc import Mapping

from extractors.charset import decode

# A page with more words than this says something of its own, even where it mentions robots.
_SHORT = 2500

_MARKS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.I))
    for name, pattern in (
        (
            "Cloudflare",
            r"/cdn-cgi/challenge-platform/|cf-browser-verification|cf_chl_|attention required! \| cloudflare",
        ),
        ("Akamai", r"errors\.edgesuite\.net|<title>access denied</title>.*?reference\s*(?:&#32;|\s)*(?:&#35;|#)"),
        ("Imperva", r"_incapsula_resource|incapsula incident id|imperva\.com/.{0,40}support"),
        ("Amazon's firewall", r"awswaf\.com|aws-waf-token|awswafcookiedomainlist"),
        ("DataDome", r"captcha-delivery\.com"),
        ("PerimeterX", r"px-captcha|_pxappid"),
        ("F5", r"the requested url was rejected\. please consult with your administrator"),
        ("Sucuri", r"sucuri website firewall|sucuri_cloudproxy"),
        ("Anubis", r"anubis_challenge|/\.within\.website/x/"),
        ("Radware", r"captcha\.perfdrive\.com|radware bot manager"),
    )
)
_WORDS = re.compile(
    "|".join(
        (
            r"access (?:to this page )?(?:is |has been )?denied|403 forbidden|request blocked|request unsuccessful",
            r"checking (?:if the site|your browser)|just a moment|enable javascript and cookies|unusual traffic",
            r"are you (?:a )?(?:human|robot)|not a (?:bot|robot)\b|verify(?:ing)? (?:that )?you are (?:a )?human",
            r"security check|\bcaptcha\b|bot (?:detection|protection)|pardon our interruption",
            r"acc[eè]s (?:refus|interdit)|v[eé]rification de (?:votre navigateur|s[eé]curit)",
            r"zugriff (?:verweigert|gesperrt)|sicherheits(?:ü|ue)berpr(?:ü|ue)fung|toegang geweigerd",
            r"acceso (?:denegado|restringido)|comprobando su navegador|acesso (?:negado|bloqueado)|accesso negato",
            r"odmowa dost[eę]pu|p[řr][ií]stup (?:odep[řr]en|zam[ií]tnut)|доступ (?:запрещ[её]н|ограничен)",
            r"eri[şs]im (?:engellendi|reddedildi)|アクセスが(?:拒否|制限)|访问被拒绝|拒绝访问|存取被拒|拒絕存取",
            r"안전한 접속|접근이 (?:거부|차단)|접속이 차단|ถูกปฏิเสธการเข้าถึง|การเข้าถึงถูกปฏิเสธ",
        )
    ),
    re.I,
)
_HEAD = re.compile(r"<(title|h1|h2)\b[^>]*>(.*?)</\1>", re.I | re.S)
_UNSEEN = re.compile(r"<(script|style)\b.*?(?:</\1>|\Z)|<!--.*?-->|<[^>]*>", re.I | re.S)


def challenge(body: bytes, headers: Mapping[str, str]) -> str | None:
    """Whose wall this page is ("Cloudflare", "an access check"), or None for anything else.

    A short page counts when a known product left its mark or its heading says so; documents that speak of captchas
    or denied access in their text do not.
    """
    if headers.get("cf-mitigated") == "challenge":
        return "Cloudflare"
    if headers.get("x-amzn-waf-action"):
        return "Amazon's firewall"
    head = body[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not head.startswith(b"<") or (head.startswith(b"<?xml") and b"<html" not in head):
        return None
    return _wall(decode(body[:200_000], headers.get("content-type")))


def _wall(page: str) -> str | None:
    words = " ".join(_UNSEEN.sub(" ", page).split())
    if len(words) > _SHORT:
        return None
    for name, mark in _MARKS:
        if mark.search(page.replace("\n", " ")):
            return name
    said = " ".join(match[2] for match in _HEAD.finditer(page)) or words[:200]
    if _WORDS.search(said) or (len(words) < 300 and _WORDS.search(words)):
        return "an access check"
    return None
