"""Classes on airbyte-cdk's bases for a stream as a whole: partitions, reading, state and config, two or more of each."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conformance.custom_code import CONFIG, RECORDS, code, manifest
from tests.conformance.differential import Both

from penstock.testing.fake_api import FakeApi

Json = Any

ROUTERS = code(
    """
    @dataclass
    class Regions(PartitionRouter):
        config: Mapping[str, Any]
        parameters: InitVar[Mapping[str, Any]]
        prefix: str = ""

        def stream_slices(self):
            for region in self.config["regions"]:
                yield StreamSlice(partition={"region": self.prefix + region}, cursor_slice={})

        def get_request_params(self, *, stream_state=None, stream_slice=None, next_page_token=None):
            return {"region": stream_slice["region"]}

        def get_request_headers(self, *, stream_state=None, stream_slice=None, next_page_token=None):
            return {"X-Region": stream_slice["region"]}

        def get_request_body_data(self, *, stream_state=None, stream_slice=None, next_page_token=None):
            return {}

        def get_request_body_json(self, *, stream_state=None, stream_slice=None, next_page_token=None):
            return {}

        def get_stream_state(self):
            return None

    @dataclass
    class Pairs(SubstreamPartitionRouter):
        def stream_slices(self):
            ids = [str(slice["account"]) for slice in super().stream_slices()]
            for start in range(0, len(ids), 2):
                yield StreamSlice(partition={"accounts": ",".join(ids[start:start + 2])}, cursor_slice={})

        def get_request_params(self, *, stream_state=None, stream_slice=None, next_page_token=None):
            return {"accounts": stream_slice["accounts"]}
    """
)
PARENT = """
{type: CustomPartitionRouter, class_name: components.Pairs, parent_stream_configs: [{parent_key: id,
 partition_field: account, stream: {type: DeclarativeStream, name: accounts, retriever: {type: SimpleRetriever,
 requester: {type: HttpRequester, url_base: URL, path: accounts, http_method: GET},
 record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: []}}}}}]}
""".replace("\n", " ")


@pytest.mark.parametrize(
    "router",
    [
        pytest.param(
            "{type: CustomPartitionRouter, class_name: components.Regions, prefix: r-}", id="on the base"
        ),
        pytest.param(PARENT, id="on a router with a parent stream"),
    ],
)
@pytest.mark.parametrize("incremental", [False, True], ids=["all", "what is new"])
def test_partition_routers(both: Both, api: FakeApi, router: str, *, incremental: bool) -> None:
    """The same partitions, requests and states."""
    api.on("/orders", [{"id": 1, "at": "2024-01-05"}])
    api.on("/accounts", [{"id": 1}, {"id": 2}, {"id": 3}])
    text = manifest(RETRIEVAL=f"      partition_router: {router}")
    if incremental:
        text += (
            "    incremental_sync: {type: DatetimeBasedCursor, cursor_field: at, datetime_format: '%Y-%m-%d', "
            "start_datetime: '2024-01-01', end_datetime: '2024-02-01'}\n"
        )

    theirs, ours = both.read(
        api, text, CONFIG, streams=["orders"], components=ROUTERS, incremental=incremental
    )

    assert ours == theirs
    assert len(ours.records["orders"]) == 2


RETRIEVERS = code(
    """
    @dataclass
    class Numbered(SimpleRetriever):
        label: str = ""

        def read_records(self, records_schema, stream_slice=None):
            for number, record in enumerate(super().read_records(records_schema, stream_slice)):
                yield {**record.data, "number": number, "label": self.label}

    @dataclass
    class Direct(SimpleRetriever):
        def read_records(self, records_schema, stream_slice=None):
            response = self.requester.send_request(stream_slice=stream_slice, request_params={"direct": "1"})
            for data in response.json():
                yield Record(data=data, stream_name=self.name, associated_slice=stream_slice)
    """
)


@pytest.mark.parametrize("name", ["Numbered", "Direct"])
@pytest.mark.parametrize(
    "router",
    ["", ", partition_router: {type: ListPartitionRouter, values: [a, b], cursor_field: letter, "
     "request_option: {type: RequestOption, inject_into: request_parameter, field_name: l}}"],
    ids=["whole", "in partitions"],
)  # fmt: skip
def test_retrievers(both: Both, api: FakeApi, name: str, router: str) -> None:
    """The same requests and records; the record selector, where the class uses it, has the stream's transformations."""
    api.on("/orders", RECORDS)
    retriever = (
        f"{{type: CustomRetriever, class_name: components.{name}, label: x{router}, "
        "requester: {type: HttpRequester, url_base: URL, path: orders, http_method: GET}, "
        "record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: []}}}"
    )
    added = "{type: AddFields, fields: [{path: [twice], value: \"{{ record['id'] * 2 }}\"}]}"
    head = manifest(TRANSFORMATIONS=added).split("    retriever:", maxsplit=1)[0]

    theirs, ours = both.read(
        api, f"{head}    retriever: {retriever}\n", streams=["orders"], components=RETRIEVERS
    )

    assert ours == theirs
    assert len(ours.records["orders"]) == (6 if router else 3)


MIGRATIONS = code(
    """
    @dataclass
    class Renames(StateMigration):
        config: Mapping[str, Any]
        old: str = "updated"

        def should_migrate(self, stream_state):
            return self.old in stream_state

        def migrate(self, stream_state):
            return {"at": stream_state[self.old]}

    class Later(StateMigration):
        def __init__(self, **kwargs):
            pass

        def should_migrate(self, stream_state):
            return bool(stream_state.get("at", "9") < "2024-01-10")

        def migrate(self, stream_state):
            return {"at": "2024-01-20"}
    """
)


@pytest.mark.parametrize(
    ("migrations", "state"),
    [
        pytest.param("{type: CustomStateMigration, class_name: components.Renames}", {"updated": "2024-01-10"}, id="renames"),
        pytest.param("{type: CustomStateMigration, class_name: components.Renames}", {"at": "2024-01-10"}, id="has nothing to do"),
        pytest.param(
            "{type: CustomStateMigration, class_name: components.Renames, old: before}, "
            "{type: CustomStateMigration, class_name: components.Later}",
            {"before": "2024-01-02"},
            id="one after the other",
        ),
    ],
)  # fmt: skip
def test_state_migrations(both: Both, api: FakeApi, migrations: str, state: Json) -> None:
    """The windows begin at the migrated state."""
    api.on("/orders", [{"id": 1, "at": "2024-01-25"}])
    text = manifest() + (
        f"    state_migrations: [{migrations}]\n"
        "    incremental_sync: {type: DatetimeBasedCursor, cursor_field: at, datetime_format: '%Y-%m-%d', "
        "start_datetime: '2024-01-01', end_datetime: '2024-02-01', "
        "start_time_option: {type: RequestOption, inject_into: request_parameter, field_name: since}}\n"
    )

    theirs, ours = both.read(
        api,
        text,
        CONFIG,
        streams=["orders"],
        states={"orders": state},
        incremental=True,
        components=MIGRATIONS,
    )

    assert ours == theirs
    assert len(ours.records["orders"]) == 1


RULES = code(
    """
    from airbyte_cdk.sources.declarative.transformations.config_transformations.config_transformation import ConfigTransformation
    from airbyte_cdk.sources.declarative.validators.validation_strategy import ValidationStrategy

    @dataclass
    class Splits(ConfigTransformation):
        parameters: InitVar[Mapping[str, Any]] = None

        def transform(self, config):
            config["regions"] = config["regions"].split(",")

    class Defaults(ConfigTransformation):
        def __init__(self, **kwargs):
            pass

        def transform(self, config):
            config.setdefault("key", "k-default")

    class Known(ValidationStrategy):
        def __init__(self, **kwargs):
            pass

        def validate(self, value):
            if not str(value).startswith("k-"):
                raise ValueError("no key")

    @dataclass
    class AtMost(ValidationStrategy):
        most: int = 2

        def validate(self, value):
            if len(value) > self.most:
                raise ValueError("too many")
    """
)
RULES_PART = """
config_normalization_rules: {type: ConfigNormalizationRules, transformations: [
 {type: CustomConfigTransformation, class_name: components.Splits},
 {type: CustomConfigTransformation, class_name: components.Defaults}],
 validations: [
 {type: DpathValidator, field_path: [key], validation_strategy: {type: CustomValidationStrategy, class_name: components.Known}},
 {type: DpathValidator, field_path: [regions],
  validation_strategy: {type: CustomValidationStrategy, class_name: components.AtMost}}]}
""".replace("\n", " ")


@pytest.mark.parametrize(
    ("config", "count"),
    [
        pytest.param({"regions": "north,south"}, 2, id="valid"),
        pytest.param({"regions": "north", "key": "k-1"}, 1, id="valid as it is"),
        pytest.param({"regions": "north", "key": "x"}, 0, id="a value that one strategy refuses"),
        pytest.param({"regions": "a,b,c"}, 0, id="a value that the other refuses"),
    ],
)
def test_config_rules(both: Both, api: FakeApi, config: Json, count: int) -> None:
    """The config is changed before it is validated and read."""
    api.on("/orders", [{"id": 1}])
    text = manifest(
        RETRIEVAL="      partition_router: {type: ListPartitionRouter, cursor_field: region, "
        "values: \"{{ config['regions'] }}\", "
        "request_option: {type: RequestOption, inject_into: request_parameter, field_name: r}}",
        MORE=", request_parameters: {k: \"{{ config['key'] }}\"}",
    ).replace("properties: {}}}\nstreams", f"properties: {{}}}}, {RULES_PART.strip()}}}\nstreams", 1)

    theirs, ours = both.read(api, text, config, streams=["orders"], components=RULES)

    assert ours == theirs
    assert len(ours.records.get("orders", [])) == count


TALKATIVE = code(
    """
    import logging
    import sys

    class Talks(RecordTransformation):
        def transform(self, record, config=None, stream_state=None, stream_slice=None):
            print("CANARY printed", record)
            sys.stderr.write("CANARY on standard error")
            logging.getLogger("airbyte").error("CANARY logged %s", record)
            logging.getLogger().warning("CANARY logged at the root")
            if record["id"] == 2:
                raise ValueError(f"CANARY raised {record}")
    """
)


def test_what_a_class_says_does_not_come_out(both: Both, api: FakeApi) -> None:
    """Not even through airbyte-cdk's own log, which has a way to standard output of its own."""
    api.on("/orders", RECORDS)

    theirs, ours = both.read(
        api,
        manifest(TRANSFORMATIONS="{type: CustomTransformation, class_name: components.Talks}"),
        streams=["orders"],
        components=TALKATIVE,
    )

    assert "CANARY" in str(theirs.messages)
    assert "CANARY" not in str(ours.messages)
    assert ours.statuses == theirs.statuses == {"orders": "INCOMPLETE"}
