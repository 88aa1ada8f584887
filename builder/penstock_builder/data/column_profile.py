"""What the columns of a table hold: null share, distinct values, range, the commonest values, a histogram."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from penstock.authoring import Json
from penstock_builder.data.database import Database, quoted

BINS = 20
MOST_COMMON = 10

_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT",
            "FLOAT", "DOUBLE", "DECIMAL")  # fmt: skip
_MOMENTS = ("DATE", "TIMESTAMP")
_NESTED = ("STRUCT", "MAP", "JSON", "UNION")


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """A column: its DuckDB type, rows, nulls, distinct values that are not null, and the least and greatest as text."""

    name: str
    type: str
    rows: int
    nulls: int
    distinct: int
    least: str
    greatest: str

    @property
    def null_share(self) -> float:
        """From 0 to 1; 0 of no rows."""
        return self.nulls / self.rows if self.rows else 0.0

    @property
    def kind(self) -> str:
        """`number`, `moment`, or `other`."""
        return kind_of(self.type)


@dataclass(frozen=True, slots=True)
class Bin:
    """How many values lie from `begin` up to the next bin; moments are ISO 8601 text."""

    begin: Json
    count: int


def kind_of(type_: str) -> str:
    """What sort of values a DuckDB type holds: `number`, `moment` or `other`."""
    if type_.endswith("]"):
        return "other"
    return "number" if type_.startswith(_NUMBERS) else "moment" if type_.startswith(_MOMENTS) else "other"


def profile(database: Database, table: str, columns: Sequence[tuple[str, str]]) -> list[ColumnProfile]:
    """The profile of some columns of a table, each a name and a type, in one pass."""
    if not columns:
        return []
    parts = ["count(*)"]
    for name, type_ in columns:
        held = _comparable(name, type_)
        parts += [f"count({quoted(name)})", f"count(DISTINCT {held})"]
        parts += ["NULL", "NULL"] if _is_nested(type_) else [f"min({held})::VARCHAR", f"max({held})::VARCHAR"]
    named = ", ".join(f"{part} AS c{number}" for number, part in enumerate(parts))
    rows, *told = database.ask(f"SELECT {named} FROM {quoted(table)}").rows()[0].values()
    found = []
    for number, (name, type_) in enumerate(columns):
        held, distinct, least, greatest = told[4 * number : 4 * number + 4]
        found.append(ColumnProfile(name, type_, rows, rows - held, distinct, least or "", greatest or ""))
    return found


def common(database: Database, table: str, column: str, type_: str) -> list[tuple[str, int]]:
    """The commonest values of a column as text, with how often each stands there; nulls are left out."""
    held = _comparable(column, type_)
    found = database.ask(
        f"SELECT {held}::VARCHAR AS value, count(*) AS times FROM {quoted(table)} WHERE {held} IS NOT NULL "
        f"GROUP BY ALL ORDER BY times DESC, value LIMIT {MOST_COMMON}"
    )
    return [(row["value"], row["times"]) for row in found.rows()]


def histogram(database: Database, table: str, column: str, type_: str) -> list[Bin]:
    """BINS bins of equal width over a column of numbers or moments; none where it holds nothing of that kind."""
    kind = kind_of(type_)
    if kind == "other":
        return []
    name = quoted(column)
    number = f"{name}::DOUBLE" if kind == "number" else f"epoch({name}::TIMESTAMP)"
    begin = (
        "begin"
        if kind == "number"
        else "strftime(make_timestamp((begin * 1e6)::BIGINT), '%Y-%m-%dT%H:%M:%S')"
    )
    found = database.ask(
        f"WITH held AS (SELECT {number} AS v FROM {quoted(table)} WHERE {name} IS NOT NULL AND isfinite({number})), "
        "ends AS (SELECT min(v) AS least, max(v) AS most FROM held), "
        f"placed AS (SELECT least(coalesce(floor((v - least) / nullif(most - least, 0) * {BINS}), 0), {BINS - 1}) AS bin "
        "FROM held, ends), "
        "counted AS (SELECT bin, count(*) AS times FROM placed GROUP BY ALL), "
        f"bins AS (SELECT unnest(range(0, CASE WHEN most > least THEN {BINS} ELSE 1 END)) AS bin, least, most FROM ends) "
        f"SELECT {begin} AS begin, coalesce(times, 0) AS times FROM ("
        f"SELECT least + bin * (most - least) / {BINS} AS begin, bin FROM bins) LEFT JOIN counted USING (bin) ORDER BY bin"
    )
    return [Bin(row["begin"], row["times"]) for row in found.rows() if row["begin"] is not None]


def _is_nested(type_: str) -> bool:
    return type_.startswith(_NESTED) or type_.endswith("]")


def _comparable(name: str, type_: str) -> str:
    return f"{quoted(name)}::VARCHAR" if _is_nested(type_) else quoted(name)
