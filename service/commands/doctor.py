"""``vigilex doctor``: what is amiss with this installation, and what to do about it; a line for each thing."""

import argparse
import os
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from alerts.dkim import KeyProblem, Signer
from alerts.errors import SenderPause, TemporarySendError
from alerts.smtp import SmtpSender
from crawlers.holder import is_alive
from service.arguments import add_data, add_json, add_now, clock
from service.dns import DnsUnreachable, Lookup, txt_lookup
from service.errors import Failure
from service.findings import Finding, State, ok, problem, warning
from service.installation import about_backups, about_folder, about_python, about_settings, about_store
from service.mail_records import dkim, dkim_name, dmarc, dmarc_names, is_dmarc, spf
from service.mailing import letterhead, relay, signer
from service.output import print_json
from service.settings import Settings, load_settings

_DNS_SECONDS = 5.0
_SMTP_SECONDS = 5.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    add_now(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    found = []
    for finding in _findings(args):
        found.append(finding)
        if args.json:
            print_json(asdict(finding))
        else:
            print(f"{finding.state:<8} {finding.check:<13} {finding.said} {finding.remedy}".rstrip(), flush=True)
    return 1 if any(finding.state is State.PROBLEM for finding in found) else 0


def _findings(args: argparse.Namespace) -> Iterator[Finding]:
    now, settings = clock(args), Settings()
    try:
        settings = load_settings(args.data, Path.cwd(), os.environ)
    except Failure as failure:
        yield problem("settings", _sentence(str(failure)), "The rest is looked at with the defaults.")
    else:
        yield from about_settings(settings, now)
    yield about_python()
    yield from about_folder(args.data, settings)
    if os.access(args.data, os.R_OK | os.X_OK) or not args.data.exists():
        yield from about_store(args.data, settings, now, is_alive)
        yield about_backups(args.data, now)
    yield from _mail(settings, args.data)


def _mail(settings: Settings, data: Path) -> Iterator[Finding]:
    if not settings.smtp.host:
        yield warning("smtp", "No mail server is set: mails are written to files and go to nobody.", "Set smtp.host.")
        return
    yield _server(settings)
    try:
        signs = signer(settings, data)
    except KeyProblem as error:
        yield problem("dkim", str(error), "Correct smtp.dkim_key.")
        signs = None
    yield from _records(settings, signs, txt_lookup(_DNS_SECONDS))


def _server(settings: Settings) -> Finding:
    """Whether the mail server lets us in; no mail is sent."""
    server = relay(settings, _SMTP_SECONDS)
    try:
        SmtpSender(server).try_out()
    except (SenderPause, TemporarySendError) as error:
        return problem("smtp", _sentence(str(error)), "Correct smtp.host, port, tls, user or password.")
    said = {"none": "without encryption", "tls": "over TLS", "starttls": "over STARTTLS"}[server.tls]
    login = "with the login" if server.user else "without a login"
    return ok("smtp", f"{server.host}:{server.port} lets us in {said}, {login}; no mail was sent.")


def _records(settings: Settings, signs: Signer | None, lookup: Lookup) -> Iterator[Finding]:
    """What the DNS says about the domain that our mail comes from."""
    domain = letterhead(settings).sender.rpartition("@")[2]
    try:
        yield spf(domain, lookup(domain))
        if signs:
            name = dkim_name(domain, settings.smtp.dkim_selector)
            yield dkim(name, lookup(name), signs.is_proved_by)
        elif not settings.smtp.dkim_key:
            yield warning("dkim", "Mail is not signed by us.", "Set smtp.dkim_key, unless your mail server signs.")
        yield _policy(domain, lookup)
    except DnsUnreachable as error:
        yield warning(
            "dns", f"The DNS cannot be reached ({error}): SPF, DKIM and DMARC of {domain} are not known.",
            "Run it again where there is a network.",
        )  # fmt: skip


def _policy(domain: str, lookup: Lookup) -> Finding:
    for name in dmarc_names(domain):
        records = lookup(name)
        if any(map(is_dmarc, records)):
            return dmarc(domain, name, records)
    return dmarc(domain, f"_dmarc.{domain}", [])


def _sentence(words: str) -> str:
    return re.sub(r"\.*$", ".", words[:1].upper() + words[1:])
