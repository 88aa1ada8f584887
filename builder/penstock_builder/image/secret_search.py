"""Looks for secrets by value: in files, in an image, and in what git remembers of a folder. Places are told, values never."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from penstock.authoring import Diagnostic, Span, secret_values, written_forms
from penstock_builder.image.history import History
from penstock_builder.image.layout import BlobSource, Descriptor, descriptor, read_document
from penstock_builder.image.unpacking import opened_layer, verified

Json = Any

RULE = "secret-in-image"
SHORTEST = 5
"""Fewer characters turn up everywhere, in digests too."""

_SHORTEST_OF_ENVIRONMENT = 8
_SHORTEST_LINE = 16
_SOUNDS_SECRET = re.compile(r"(?i)passw|passphrase|secret|token|credential|(api|access|private|auth)[_-]?key")
_SOUNDS_ABOUT_ONE = re.compile(r"(?i)[_-](url|uri|file|path|name|id|endpoint|host|type|field|header|date)$")
_NAMES_VARIABLE = re.compile(r"(?:env:|\$)?\{?([A-Z_][A-Z0-9_]{2,})\}?")
_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")
_HINT = "take it out; where it was shared already, replace it. If it is no secret: --waive secrets"


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret by its value, and in words where it came from. Never shown."""

    origin: str
    value: str = field(repr=False)


class SecretForms:
    """Secrets in every form that they are written in, in UTF-8 and UTF-16."""

    def __init__(self, secrets: Iterable[Secret]) -> None:
        self._forms: dict[bytes, str] = {}
        for secret in secrets:
            for text in (secret.value, *_lines_of(secret.value)):
                for form in written_forms(text):
                    for encoding in _ENCODINGS:
                        self._forms.setdefault(form.encode(encoding, "surrogatepass"), secret.origin)

    def __bool__(self) -> bool:
        return bool(self._forms)

    def shown(self, name: str) -> str:
        """A name of a file or a field as it may be told: not at all where it holds a secret itself."""
        return "(a name with a secret)" if self.found_in(name.encode("utf-8", "surrogatepass")) else name

    def found_in(self, data: bytes) -> list[tuple[int, str]]:
        """The lines (1-based) at which a secret stands, each with where the secret came from."""
        places = set()
        has_zeros = b"\0" in data
        for form, origin in self._forms.items():
            if b"\0" in form and not has_zeros:  # most of UTF-16: text in UTF-8 is not searched for it
                continue
            start = data.find(form)
            while start >= 0:
                places.add((data.count(b"\n", 0, start) + 1, origin))
                start = data.find(form, start + len(form))
        return sorted(places)


def secrets_of_config(config: Mapping[str, Json], specification: Json) -> Iterator[Secret]:
    """Values that the specification marks as secret, or whose key sounds so, whatever their length."""
    for value in secret_values(config, specification):
        yield Secret("a secret value of the config", value)
    for key, value in _leaves(config, ""):
        if _sounds_secret(key) and isinstance(value, str):
            yield Secret("a secret value of the config", value)


def secrets_of_environment(environment: Mapping[str, str], config: Mapping[str, Json]) -> Iterator[Secret]:
    """Values of variables that the config names, or whose name sounds secret."""
    named = {
        found[1]
        for _, value in _leaves(config, "")
        if isinstance(value, str) and (found := _NAMES_VARIABLE.fullmatch(value))
    }
    for name, value in environment.items():
        if len(value) >= _SHORTEST_OF_ENVIRONMENT and (name in named or _sounds_secret(name)):
            yield Secret(f"the value of ${name}", value)


def in_file(forms: SecretForms, name: str, data: bytes) -> Iterator[Diagnostic]:
    """What stands in a file that is shipped, and in its name."""
    place = forms.shown(name)
    for _, origin in forms.found_in(name.encode("utf-8", "surrogatepass")):
        yield _problem(f"{origin} is in the name of this file", Span(place, 1, 1))
    for line, origin in forms.found_in(data):
        yield _problem(f"{origin} is in this file", Span(place, line, 1))


def in_image(
    forms: SecretForms, source: BlobSource, image: Descriptor, layers: Sequence[Descriptor]
) -> Iterator[Diagnostic]:
    """What stands in the config of a platform's image, its labels and variables among it, and in some of its layers."""
    manifest = read_document(source, image)
    config = read_document(source, descriptor(manifest["config"]))
    where = f"image config of {image.platform or 'the image'}"
    for place, text in (*_texts(config, ""), *_texts(manifest.get("annotations"), "annotations.")):
        for _, origin in forms.found_in(f"{place}\n{text}".encode("utf-8", "surrogatepass"))[:1]:
            yield _problem(f"{origin} is in `{forms.shown(place)}`", Span(where, 1, 1))
    for layer in layers:
        with verified(source, layer) as stream, opened_layer(stream) as tar:
            for member in tar:
                file = tar.extractfile(member) if member.isreg() else None
                data = member.name.encode() + b"\n" + (b"" if file is None else file.read())
                for line, origin in forms.found_in(data):
                    found_at = Span(
                        f"layer {layer.digest[:19]} /{forms.shown(member.name)}", max(line - 1, 1), 1
                    )
                    yield _problem(f"{origin} is in this file of the image", found_at)


def in_history(forms: SecretForms, history: History) -> Iterator[Diagnostic]:
    """What was ever committed: pushed once, it is public."""
    once = set()
    for commit in history.commits:
        for _, origin in forms.found_in(commit.message):
            once.add((f"commit {commit.name} message", 1, origin))
        for added in commit.added:
            place = f"commit {commit.name} {forms.shown(added.file.decode(errors='replace'))}"
            named = () if added.lines else forms.found_in(added.file)
            lines = forms.found_in(added.lines)
            once |= {(place, added.first + line - 1, origin) for line, origin in (*named, *lines)}
    for place, line, origin in sorted(once):
        yield _problem(f"{origin} was committed here", Span(place, line, 1))


def _sounds_secret(name: str) -> bool:
    """Whether a name is that of a secret, and not of an address or the like that has to do with one."""
    return bool(_SOUNDS_SECRET.search(name)) and not _SOUNDS_ABOUT_ONE.search(name)


def _problem(message: str, place: Span) -> Diagnostic:
    return Diagnostic(RULE, message, place, _HINT)


def _lines_of(value: str) -> list[str]:
    """The long lines of a secret of many, such as a private key: a manifest indents them."""
    lines = [line.strip() for line in value.splitlines()]
    if len(lines) < 2:
        return []
    return [line for line in lines if len(line) >= _SHORTEST_LINE and not line.startswith("-----")]


def _leaves(value: Json, key: str) -> Iterator[tuple[str, Json]]:
    """All scalars with the key that they stand under."""
    if isinstance(value, Mapping):
        for name, child in value.items():
            yield from _leaves(child, str(name))
    elif isinstance(value, list):
        for child in value:
            yield from _leaves(child, key)
    else:
        yield key, value


def _texts(value: Json, path: str) -> Iterator[tuple[str, str]]:
    """All texts of a config with their places; of a variable its name, and never more."""
    if isinstance(value, Mapping):
        for name, child in value.items():
            yield from _texts(child, f"{path}{name}.")
    elif isinstance(value, list):
        for number, child in enumerate(value):
            name, is_pair, _ = str(child).partition("=")
            told = name if is_pair and path.endswith("Env.") else str(number)
            yield from _texts(child, f"{path}{told}.")
    elif isinstance(value, str):
        yield path.rstrip("."), value
