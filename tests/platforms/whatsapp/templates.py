"""The approved templates of the business account, and the checks of their values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tests.platforms.whatsapp.errors import Json, Refused
from tests.platforms.whatsapp.shapes import units

_VARIABLE = re.compile(r"\{\{(\d+)\}\}")


@dataclass(frozen=True)
class Template:
    name: str
    language: str
    body: str  #: may have {{1}}, {{2}} …
    url: str = ""  #: of a link button; it may end in {{1}}

    def __post_init__(self) -> None:
        """Raises `ValueError` for a template that the platform would never approve."""
        numbers = [int(number) for number in _VARIABLE.findall(self.body)]
        if sorted(set(numbers)) != list(range(1, len(set(numbers)) + 1)):
            raise ValueError(f"{self.name}: variables must be {{{{1}}}}, {{{{2}}}} …")
        if re.match(r"\s*\{\{\d+\}\}", self.body) or re.search(r"\{\{\d+\}\}\s*$", self.body):
            raise ValueError(f"{self.name}: a body may not begin or end with a variable")
        if not self.body or units(self.body) > 1024:
            raise ValueError(f"{self.name}: a body has 1 to 1024 characters")

    @property
    def parameters(self) -> int:
        return len(set(_VARIABLE.findall(self.body)))

    def filled(self, values: list[str]) -> str:
        return _VARIABLE.sub(lambda found: values[int(found[1]) - 1], self.body)


@dataclass
class Templates:
    _known: dict[tuple[str, str], Template] = field(default_factory=dict)

    def approve(self, template: Template) -> None:
        self._known[template.name, template.language] = template

    @property
    def named(self) -> list[dict[str, str]]:
        return [{"name": name, "language": language} for name, language in self._known]

    def fill(self, sent: Json) -> tuple[Template, str, str]:
        """The template, its text with the values, and the URL of its link. Raises `Refused`."""
        language = sent["language"]["code"]
        template = self._known.get((sent["name"], language))
        if template is None:
            raise Refused(132001, f"template name ({sent['name']}) does not exist in {language}")
        components: list[Json] = sent.get("components", [])
        for kind in ("body", "button"):
            if len([one for one in components if one["type"] == kind]) > 1:
                raise Refused(132012, f"{template.name}: more than one component of type {kind}")
        values, suffix = _values(components, "body"), _values(components, "button")
        _counts(template, "body", len(values), template.parameters)
        _counts(template, "button", len(suffix), int("{{1}}" in template.url))
        for value in values + suffix:
            _plain(template, value)
        text = template.filled(values)
        if units(text) > 1024:
            raise Refused(132005, f"{template.name}: the text is longer than 1024 characters")
        return template, text, template.url.replace("{{1}}", "".join(suffix))


def _values(components: list[Json], kind: str) -> list[str]:
    return [parameter["text"] for one in components if one["type"] == kind for parameter in one["parameters"]]


def _counts(template: Template, kind: str, given: int, expected: int) -> None:
    if given != expected:
        details = f"{kind}: number of localizable_params ({given}) does not match the expected number ({expected})"
        raise Refused(132000, f"{template.name}: {details}")


def _plain(template: Template, value: str) -> None:
    if any(mark in value for mark in "\n\r\t") or "    " in value:
        details = "Param text cannot have new-line/tab characters or more than 3 consecutive spaces"
        raise Refused(132012, f"{template.name}: {details}: {value[:60]!r}")
