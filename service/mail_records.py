"""What the DNS says about a sender's domain: SPF (RFC 7208), DKIM (RFC 6376) and DMARC (RFC 7489). Pure."""

import re
from collections.abc import Callable, Iterator, Sequence

from service.findings import Finding, ok, problem, warning

_LEARN = "docs/operations.md shows how."


def spf(domain: str, records: Sequence[str]) -> Finding:
    """Whether receivers learn which servers may send for ``domain``; ``records`` are all its TXT records."""
    found = [record for record in records if re.match(r"v=spf1( |$)", record, re.I)]
    if not found:
        return problem("spf", f"{domain} has no SPF record.", f'Publish one as TXT, such as "v=spf1 mx -all"; {_LEARN}')
    if len(found) > 1:
        # RFC 7208 4.5: more than one is a permanent error, as if the domain refused all its mail.
        return problem("spf", f"{domain} has {len(found)} SPF records.", "Put them together into one.")
    terms = found[0].lower().split()[1:]
    if {"all", "+all"} & set(terms):
        return problem("spf", f'The SPF record of {domain} lets everybody send: "{found[0]}".', "End it with -all.")
    if not any(term in ("-all", "~all") or term.startswith("redirect=") for term in terms):
        return warning("spf", f'The SPF record of {domain} refuses nobody: "{found[0]}".', "End it with -all or ~all.")
    return ok("spf", f'"{found[0]}" of {domain}; see that it names the server that sends for you.')


def dkim_name(domain: str, selector: str) -> str:
    """Where the public key stands (RFC 6376 3.6.2.1)."""
    return f"{selector}._domainkey.{domain}"


def dkim(name: str, records: Sequence[str], is_ours: Callable[[str], bool]) -> Finding:
    """Whether receivers find our public key; ``is_ours`` tells whether what we sign is proved by a record."""
    found = [record for record in records if "p=" in record]
    if not found:
        return problem("dkim", f"There is no public key at {name}.", f"Publish it as TXT; {_LEARN}")
    if len(found) > 1:
        return problem("dkim", f"There are {len(found)} keys at {name}: receivers take any.", "Leave one.")
    if _tags(found[0]).get("p") == "":
        return problem("dkim", f"The key at {name} is revoked (p= is empty).", "Publish the present one.")
    if not is_ours(found[0]):
        return problem(
            "dkim", f"The key at {name} does not belong to smtp.dkim_key.", f"Publish that of the key file; {_LEARN}"
        )
    return ok("dkim", f"The key at {name} proves our signature.")


def dmarc_names(domain: str) -> Iterator[str]:
    """Where a policy may stand: at the domain itself, else at one above it."""
    labels = domain.split(".")
    for start in range(max(len(labels) - 1, 1)):
        yield f"_dmarc.{'.'.join(labels[start:])}"


def is_dmarc(record: str) -> bool:
    """Whether a TXT record is of DMARC at all (RFC 7489 6.3: the version comes first, in capitals)."""
    return re.match(r"v\s*=\s*DMARC1\s*(;|$)", record) is not None


def dmarc(domain: str, name: str, records: Sequence[str]) -> Finding:
    """What receivers are to do with mail that is not ours; ``records`` are those at ``name``."""
    found = [record for record in records if is_dmarc(record)]
    if not found:
        return warning(
            "dmarc", f"{domain} has no DMARC record: large receivers want one.",
            f'Publish "v=DMARC1; p=none" as TXT at _dmarc.{domain}, later p=quarantine; {_LEARN}',
        )  # fmt: skip
    if len(found) > 1:
        return problem("dmarc", f"There are {len(found)} DMARC records at {name}: receivers use none.", "Leave one.")
    policy = _tags(found[0]).get("p", "").lower()
    if policy not in ("none", "quarantine", "reject"):
        return problem("dmarc", f'The DMARC record at {name} has no policy: "{found[0]}".', "Add p=none to it.")
    return ok("dmarc", f"The policy at {name} is {policy}.")


def _tags(record: str) -> dict[str, str]:
    """``v=DMARC1; p=none`` as its parts. White space within a value means nothing (RFC 6376 3.2)."""
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): re.sub(r"\s+", "", value) for name, _, value in pairs if name.strip()}
