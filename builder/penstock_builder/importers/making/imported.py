"""What every importer gives, whatever it read: operations of an API, and what a user of it has to supply."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from penstock_builder.detect.exchange import Exchange

Json = Any

Place = Literal["query", "header", "path", "body", "form"]
AuthKind = Literal["bearer", "basic", "header", "query", "oauth_client", "oauth_refresh"]


@dataclass(frozen=True, slots=True)
class Input:
    """Something that the user of the manifest supplies: a key of its config."""

    name: str
    description: str = ""
    secret: bool = False
    default: Json = None
    enum: tuple[Json, ...] = ()
    format: str = ""


@dataclass(frozen=True, slots=True)
class Auth:
    """One credential. `name` is the header or parameter that carries it, `prefix` what stands before it there.

    `inputs` are the keys of the config in the order that the kind needs: user name and password, client id and secret.
    """

    kind: AuthKind
    inputs: tuple[Input, ...]
    name: str = ""
    prefix: str = ""
    token_url: str = ""
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that a request takes. `path` leads to it inside a JSON body; elsewhere it is the name alone.

    `sent` is what every request carries, a template perhaps, and None where a request may do without it.
    """

    path: tuple[str, ...]
    where: Place
    schema: Mapping[str, Json] = field(default_factory=dict)
    required: bool = False
    sent: Json = None

    @property
    def name(self) -> str:
        """The name as a person says it."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Operation:
    """A request that an API answers, and what is known of its answers.

    `path` has its variable parts as `{name}`. `body` is the constant part of a body: an object of JSON or of form fields, or a
    text; `schema` a JSON Schema of the answer, where one was declared; `origin` the place that told of it. One that
    `is_chosen` becomes a stream although nothing is known of its answer; `stream_name` is one that was asked for.
    """

    method: str
    base_url: str
    path: str
    origin: str
    name: str = ""
    parameters: tuple[Parameter, ...] = ()
    body: Json = None
    body_kind: Literal["", "json", "form", "text"] = ""
    schema: Mapping[str, Json] | None = None
    response_headers: tuple[str, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    auths: tuple[Auth, ...] = ()
    is_chosen: bool = False
    stream_name: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An operation that becomes no stream, and why."""

    origin: str
    why: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What was read. `secrets` are the values found, by the name of their input: they go into no text."""

    title: str
    operations: tuple[Operation, ...]
    inputs: tuple[Input, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Importer:
    """A form that is read: its name, what it is, and what reads its text. Raises ConfigError where it is not that."""

    name: str
    summary: str
    read: Callable[[str], Imported]
