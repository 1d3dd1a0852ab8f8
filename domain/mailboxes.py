"""When two e-mail addresses are one mailbox."""

from __future__ import annotations

#: providers that ignore dots before the @, and the domain that all their addresses have
WITHOUT_DOTS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}


def mailbox_of(email: str) -> str:
    """The address as it counts for a person: `Budi@` and `budi@` are one, and so are both forms of a domain."""
    name, _, domain = email.strip().rpartition("@")
    return f"{name.casefold()}@{ascii_domain(domain) or domain.casefold()}"


def shared_mailbox_of(email: str) -> str:
    """The address as it counts for limits: what is written behind a + arrives in the same mailbox."""
    name, _, domain = mailbox_of(email).rpartition("@")
    name, domain = name.partition("+")[0], WITHOUT_DOTS.get(domain, domain)
    return f"{name.replace('.', '') if domain in WITHOUT_DOTS else name}@{domain}"


def ascii_domain(domain: str) -> str | None:
    """The domain as mail servers know it, by the rule that reads the addresses (IDNA 2008); `None` if there is none."""
    if domain.isascii():
        return domain.casefold()
    from email_validator import EmailNotValidError, validate_email  # no start waits for it

    try:
        return validate_email(f"a@{domain}", check_deliverability=False).ascii_domain
    except EmailNotValidError:
        return None
