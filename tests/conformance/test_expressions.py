from __future__ import annotations

import json
from typing import Any

import pytest
from tests.conformance.differential import Both, Result

from penstock.testing.fake_api import FakeApi

Json = Any

RECORD: Json = {
    "i": 7,
    "zero": 0,
    "big": 10**17,
    "negative": -3,
    "f": 1.5,
    "s": "abc",
    "e": "",
    "n": None,
    "t": True,
    "l": [1, 2, 3],
    "d": {"a": "x", "items": 3, "b": {"c": [1, {"e": 5}]}},
    "iso": "2024-01-02T03:04:05.678Z",
    "zoned": "2024-01-02T03:04:05+02:00",
    "naive": "2024-01-02 03:04:05",
    "date": "2024-01-02",
    "epoch": 1704164645,
    "ms": 1704164645678,
    "padded": "007",
    "digits": "123",
    "quoted": "'q'",
    "json": '{"a": true, "b": [1, null]}',
    "python": "{'a': True}",
    "umlaut": "ü ~ ß",
    "camel": "HTTPServerName",
    "url": "a b&c=d/é?",
    "lines": "a\nb",
    "base64": "aGVsbG8=",
    "names": ["b", "a", "b"],
    "rows": [{"k": 1, "v": "x"}, {"k": 2, "v": "y"}],
}

LITERALS = [
    "text", " 5 ", "+5", "1.50", "1e3", "1_000", "0x10", "0b11", "True", "true", "None", "null", "[1, 2]", "1,2",
    "(1, 2)", "{'a': 1}", '{"a": true}', "'quoted'", "2020-01-01", "00:10", "1-2", "5J", "007", "",
    "{{ 1 }}{{ 2 }}", "{{ 0 }}", "{{ [] }}", "{{ {} }}", "{{ none }}", "{{ true }}", "x{{ none }}",
    "{{ '' }}", "  {{ 1 }}", "{{ 1 }}\n", "\n", "#{{ 1 }}", "{# note #}", "{# note #}x", "{{ 'a' 'b' }}", "-0", "1.", ".5",
    "inf", "nan", "1e999", "'a' 'b'", "[1, ", "a: b", "{{ '[' }}1{{ ']' }}", "- 1", "1 # c", "f'x'", "r'x'", "'''x'''",
]  # fmt: skip
LOOKUPS = [
    "{{ record['i'] }}", "{{ record.i }}", "{{ record['none'] }}", "{{ record.none }}", "{{ record.none.x }}",
    "{{ record['d']['a'] }}", "{{ record.d['items'] }}", "{{ record.d.b.c[1].e }}",
    "{{ record['l'][0] }}", "{{ record['l'][-1] }}", "{{ record['l'][9] }}", "{{ record.l[1:] }}", "{{ record.s[::-1] }}",
    "{{ record.get('none') }}", "{{ record.get('none', 'x') }}", "{{ record.get('n', 'x') }}", "{{ record['n'] }}",
    "{{ record.e }}", "{{ record.quoted }}", "{{ record.padded }}", "{{ record.digits }}", "{{ record.json }}",
    "{{ record.python }}", "{{ record.umlaut }}", "{{ record.big }}", "{{ record.lines }}", "{{ record }}", "{{ record.l }}",
    "{{ record.d }}", "{{ record.keys() | list }}", "{{ record.s.upper() }}", "{{ record.s.x }}", "{{ record.i.x }}",
    "{{ record.n.x }}", "{{ config['c'] }}", "{{ config.none }}", "{{ config }}", "{{ parameters }}", "{{ parameters.p }}",
    "{{ stream_slice }}", "{{ stream_partition }}", "{{ stream_interval }}", "{{ undefined_name }}", "{{ record['s']['x'] }}",
    "{{ record['i'] ~ '' }}", "{{ record.i | string }}", "{{ record.date }}", "{{ record.f }}", "{{ record.t }}",
    "{{ record.rows[0]['v'] }}", "{{ record['rows'] | map(attribute='k') | list }}",
]  # fmt: skip
OPERATIONS = [
    "{{ record.i + 1 }}", "{{ record.none + 1 }}", "{{ record.n + 1 }}", "{{ record.s + 1 }}", "{{ record.i / 0 }}",
    "{{ record.i > 1 }}", "{{ record.n > 1 }}", "{{ record.s > 1 }}", "{{ record.none > 1 }}", "{{ record.none == 1 }}",
    "{{ 'a' if record.t else 'b' }}", "{{ 'a' if record.none }}", "{{ record.none or 'x' }}", "{{ record.n or 0 }}",
    "{{ record.none is defined }}", "{{ record.n is none }}", "{{ record.i is number }}", "{{ record.s in 'xabcx' }}",
    "{{ 2 ** 10 }}", "{{ 7 // 2 }}", "{{ 7 % 3 }}", "{{ 'ab' * 3 }}", "{{ [1] + [2] }}", "{{ 1 ~ 2 }}", "{{ -record.i }}",
    "{{ not record.t }}", "{% if record.t %}yes{% endif %}", "{% for x in record.l %}{{ x }},{% endfor %}",
    "{% set x = 3 %}{{ x }}", "{{ range(3) | list }}", "{{ dict(a=1) }}", "{{ namespace(a=1).a }}",
    "{{ record.l | length }}", "{{ record.s | int }}", "{{ record.digits | int }}", "{{ record.f | int }}",
    "{{ record.digits | float }}", "{{ record.none | default('x') }}", "{{ record.e | default('x', true) }}",
    "{{ record.names | unique | list }}", "{{ record.names | sort | join('-') }}", "{{ record.names | first }}",
    "{{ record.rows | selectattr('k', 'equalto', 2) | map(attribute='v') | list }}", "{{ record.l | sum }}",
    "{{ record.d | tojson }}", "{{ record.s | upper }}", "{{ record.s | replace('a', 'b') }}", "{{ record.url | urlencode }}",
    "{{ record.l | string }}", "{{ record.t | string }}", "{{ record.n | string }}", "{{ record.s | string }}",
    "{{ record.d | string }}", "{{ record.none | string }}", "{{ record.s | list }}", "{{ record.f | round }}",
    "{{ record.s.split('b') }}", "{{ record.l.append(4) }}", "{{ record.__class__ }}", "{{ record.s.__class__ }}",
    "{{ record.s.format(1) }}", "{{ '%s-%s' % (1, 2) }}", "{{ '%d' | format(5) }}", "{{ record.l | tojson }}",
    "{{ record.umlaut | tojson }}", "{{ record.lines | tojson }}", "{{ record.i | abs }}", "{{ 1.0 }}", "{{ 1e20 }}",
    "{{ record.names | groupby(0) }}", "{{ record.l | batch(2) | list }}", "{{ (1, 2) }}", "{{ 'a' in record }}",
]  # fmt: skip
MACROS = [
    "{{ timestamp(record.iso) }}", "{{ timestamp(record.i) }}", "{{ timestamp(record.f) }}", "{{ timestamp('x') }}",
    "{{ timestamp(record.date) }}", "{{ timestamp(record.n) }}", "{{ timestamp(record.t) }}", "{{ timestamp(record.naive) }}",
    "{{ timestamp(record.zoned) | int }}", "{{ timestamp('2024') }}", "{{ timestamp('20240102') }}", "{{ timestamp() }}",
    "{{ str_to_datetime(record.iso) }}", "{{ str_to_datetime(record.zoned) }}", "{{ str_to_datetime(record.date) }}",
    "{{ str_to_datetime('x') }}", "{{ str_to_datetime(record.naive) }}", "{{ str_to_datetime(record.i) }}",
    "{{ str_to_datetime(record.iso).strftime('%Y') }}", "{{ str_to_datetime('2024-W01-1') }}", "{{ str_to_datetime('2024-002') }}",
    "{{ max(1, 2) }}", "{{ max(record.l) }}", "{{ max([]) }}", "{{ max(1, 'a') }}", "{{ min('b', 'a') }}", "{{ max() }}",
    "{{ min(record.l) }}", "{{ min(record.n, 1) }}", "{{ max(record.names) }}",
    "{{ day_delta(0, '%Y-%m-%d') }}", "{{ day_delta(-30, format='%Y-%m') }}", "{{ day_delta(1.5, '%Y') }}", "{{ day_delta('1') }}",
    "{{ duration('P1D') }}", "{{ duration('PT1H30M') }}", "{{ duration('P1M') }}", "{{ duration('P1Y2M3DT4H') }}",
    "{{ duration('x') }}", "{{ duration('-P1D') }}", "{{ duration('P2W') }}", "{{ str_to_datetime(record.iso) - duration('P1M') }}",
    "{{ str_to_datetime(record.iso) + duration('PT36H') }}", "{{ duration(1) }}",
    "{{ format_datetime(record.iso, '%Y-%m-%d') }}", "{{ format_datetime(record.iso, '%s') }}", "{{ format_datetime(record.iso, '%ms') }}",
    "{{ format_datetime(record.iso, '%s_as_float') }}", "{{ format_datetime(record.iso, '%epoch_microseconds') }}",
    "{{ format_datetime(record.iso, '%Y-%m-%dT%H:%M:%S.%_msZ') }}", "{{ format_datetime(record.epoch, '%Y-%m-%d') }}",
    "{{ format_datetime(record.ms, '%Y-%m-%d', '%ms') }}", "{{ format_datetime(record.date, '%d/%m/%Y', '%Y-%m-%d') }}",
    "{{ format_datetime(record.zoned, '%H:%M%z') }}", "{{ format_datetime(record.zoned, '%H:%M%z', '%Y-%m-%dT%H:%M:%S%z') }}",
    "{{ format_datetime(record.naive, '%H:%M %z') }}", "{{ format_datetime('x', '%Y') }}", "{{ format_datetime(record.n, '%Y') }}",
    "{{ format_datetime(str_to_datetime(record.iso), '%Y %s') }}", "{{ format_datetime(today_utc(), '%Y') }}",
    "{{ format_datetime(record.f, '%Y') }}", "{{ format_datetime(record.digits, '%Y', '%s') }}", "{{ format_datetime(record.iso) }}",
    "{{ format_datetime(record.iso, '%Y', '%Y') }}", "{{ format_datetime(record.iso, format='%j', input_format=none) }}",
    "{{ now_utc().strftime('%Y-%m-%d') }}", "{{ now_utc().tzinfo }}", "{{ today_utc() }}", "{{ today_utc().strftime('%d') }}",
    "{{ today_with_timezone('Asia/Tokyo') }}", "{{ today_with_timezone('Nowhere/None') }}", "{{ (now_utc() - duration('P1D')).date() }}",
    "{{ today_utc().isoformat() }}", "{{ today_utc() - duration('P1Y') }}",
    "{{ sanitize_url(record.url) }}", "{{ sanitize_url(record.i) }}", "{{ sanitize_url(record.n) }}", "{{ sanitize_url('') }}",
    "{{ camel_case_to_snake_case(record.camel) }}", "{{ camel_case_to_snake_case('aB1C') }}", "{{ camel_case_to_snake_case(5) }}",
    "{{ camel_case_to_snake_case('') }}", "{{ generate_uuid() | length }}", "{{ generate_uuid().count('-') }}",
    "{{ 'stream_state' }}", "text with stream_state", "{{ nothing() }}", "{{ record.s() }}", "{{ json_loads(record.json) }}",
]  # fmt: skip
FILTERS = [
    "{{ record.s | hash }}", "{{ record.s | hash('sha256') }}", "{{ record.s | hash('sha1', 'salt') }}",
    "{{ record.i | hash(salt=5) }}", "{{ record.n | hash }}", "{{ record.s | hash('none') }}", "{{ record.l | hash('md5') }}",
    "{{ record.s | hash(hash_type='sha512') }}", "{{ record.s | hash('shake_128') }}", "{{ record.umlaut | hash }}",
    "{{ record.s | hmac('key') }}", "{{ record.i | hmac('key', 'sha256') }}", "{{ record.s | hmac('key', 'md5') }}",
    "{{ record.s | hmac }}", "{{ record.s | hmac(5) }}", "{{ record.umlaut | hmac('ü') }}",
    "{{ record.umlaut | base64encode }}", "{{ record.i | base64encode }}", "{{ record.base64 | base64decode }}",
    "{{ 'x' | base64decode }}", "{{ record.s | base64binascii_decode }}", "{{ record.umlaut | base64binascii_decode }}",
    "{{ '' | base64encode }}", "{{ record.i | base64binascii_decode }}", "{{ record.n | base64decode }}",
    "{{ record.s | regex_search('a(.)c') }}", "{{ record.s | regex_search('x(.)') }}", "{{ record.s | regex_search('b') }}",
    "{{ record.s | regex_search('(') }}", "{{ record.i | regex_search('(7)') }}", "{{ record.s | regex_search('(a)(b)') }}",
    "{{ record.s | regex_search('(x)?b') }}", "{{ '<u>; rel=next' | regex_search('<(.*)>; rel=next') }}",
    "{{ record.s | regex_replace('[ab]', 'X') }}", "{{ record.s | regex_replace('(a)', '\\\\1\\\\1') }}",
    "{{ record.i | regex_replace('7', '8') }}", "{{ record.s | regex_replace('(', 'x') }}", "{{ record.n | regex_replace('a', 'b') }}",
    "{{ record.s | regex_replace('a') }}",
]  # fmt: skip
CONDITIONS = [
    "", "true", "false", "True", "False", "None", "0", "0.0", "1", "no", "off", "FALSE", "[]", "{}", "()", "''", "' '",
    "{{ record.t }}", "{{ record.n }}", "{{ record.none }}", "{{ record.none.x }}", "{{ record.i }}", "{{ record.zero }}",
    "{{ record.e }}", "{{ record.s }}", "{{ record.l }}", "{{ [] }}", "{{ {} }}", "{{ record.n > 1 }}", "{{ record.s > 1 }}",
    "{{ record.none > 1 }}", "{{ record.i > 1 and record.f < 2 }}", "{{ none }}", "{{ set() }}", "{{ 'set()' }}", "{{ () }}",
    "{{ 0.0 }}", "{{ '0' }}", "{{ 'false' }}", "{{ 'False ' }}", "{{ record.iso > '2024' }}", "{{ record.d }}", "text",
]  # fmt: skip


def stream(name: str, *, value: str | None = None, condition: str | None = None) -> Json:
    """A stream of the record, with a value set or a condition tried."""
    selector: Json = {"type": "RecordSelector", "extractor": {"type": "DpathExtractor", "field_path": []}}
    if condition is not None:
        selector["record_filter"] = {"type": "RecordFilter", "condition": condition}
    made: Json = {
        "type": "DeclarativeStream",
        "name": name,
        "schema_loader": {"type": "InlineSchemaLoader", "schema": {}},
        "retriever": {
            "type": "SimpleRetriever",
            "requester": {"type": "HttpRequester", "url_base": "URL", "path": name, "http_method": "GET"},
            "record_selector": selector,
        },
    }
    if value is not None:
        field = {"type": "AddedFieldDefinition", "path": ["value"], "value": value}
        made["transformations"] = [{"type": "AddFields", "fields": [field]}]
    return made


def read(both: Both, api: FakeApi, streams: list[Json]) -> tuple[Result, Result]:
    """What both read of streams."""
    manifest = {
        "version": "6.44.0",
        "type": "DeclarativeSource",
        "check": {"type": "CheckStream", "stream_names": ["s0"]},
        "spec": {"type": "Spec", "connection_specification": {"type": "object"}},
        "streams": streams,
    }
    names = [str(stream["name"]) for stream in streams]
    for name in names:
        api.on(f"/{name}", [RECORD])
    return both.read(api, json.dumps(manifest), {"c": "x", "list": [1]}, streams=names)


def outcome(result: Result, name: str) -> Json:
    """What came of a stream: its value, whether there is a record, whether it failed."""
    records = result.records.get(name, [])
    return result.statuses.get(name), [record.get("value", "no value") for record in records]


@pytest.mark.parametrize(
    "expressions",
    [LITERALS, LOOKUPS, OPERATIONS, MACROS, FILTERS],
    ids=["literals", "lookups", "operations", "macros", "filters"],
)
def test_values_come_out_alike(both: Both, api: FakeApi, expressions: list[str]) -> None:
    """Each expression sets a field of a stream of its own, so that one that fails harms no other."""
    named = {f"s{number}": text for number, text in enumerate(expressions)}

    theirs, ours = read(both, api, [stream(name, value=text) for name, text in named.items()])

    differences = {
        text: (outcome(theirs, name), outcome(ours, name))
        for name, text in named.items()
        if outcome(theirs, name) != outcome(ours, name)
    }
    assert differences == {}


def test_conditions_hold_alike(both: Both, api: FakeApi) -> None:
    """A record is kept or not."""
    named = {f"s{number}": text for number, text in enumerate(CONDITIONS)}

    theirs, ours = read(both, api, [stream(name, condition=text) for name, text in named.items()])

    differences = {
        text: (outcome(theirs, name), outcome(ours, name))
        for name, text in named.items()
        if outcome(theirs, name) != outcome(ours, name)
    }
    assert differences == {}
