"""The page about images is true: its commands run, in its order; and its examples keep the contract of an image."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.builder.image.conftest import base, cache
from tests.builder.image.registries import docker_registry
from tests.builder.package.conftest import MANIFEST, SCHEMA
from tests.command import PROCESS

from penstock.testing.fake_api import FakeApi
from penstock_builder.image.cache import Cache

Json = Any
__all__ = ["base", "cache"]
DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "images.md").read_text(encoding="utf-8")
[COMMANDS] = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
DAG = ast.parse((DOCS / "examples/airflow_connector.py").read_text(encoding="utf-8"))
JOB: Json = yaml.safe_load((DOCS / "examples/kubernetes_job.yaml").read_text(encoding="utf-8"))
[CONTAINER] = JOB["spec"]["template"]["spec"]["containers"]
READ = ["read", "--config", "/secrets/config.json", "--catalog", "/given/catalog.json"]
"""What the examples call, as Airbyte's clients do."""


@pytest.mark.usefixtures("base")
def test_the_commands_lead_to_an_image_and_a_wheel(api: FakeApi, cache: Cache, tmp_path: Path) -> None:
    """As a new user would run them, in one shell; with a registry of ours, and without podman."""
    api.on("/orders", {"orders": []})
    (tmp_path / "schemas").mkdir()
    (tmp_path / "registry").mkdir()
    (tmp_path / "manifest.yaml").write_text(MANIFEST)
    (tmp_path / "schemas/orders.json").write_text(SCHEMA)
    (tmp_path / "config.json").write_text(json.dumps({"url": api.url}))

    with docker_registry(tmp_path / "registry") as host:
        steps = re.sub(
            r"^(.*)registry\.example\.com(.*)$", rf"\g<1>{host}\g<2> --insecure", COMMANDS, flags=re.MULTILINE
        )
        done = subprocess.run(
            ["sh", "-e", "-c", steps.replace("image run ", "image run --unpack ")],
            cwd=tmp_path,
            env={
                **os.environ,
                "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
                "XDG_CACHE_HOME": str(cache.folder.parent),
                "NO_PROXY": "127.0.0.1",
            },
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 0, done.stdout + done.stderr
    assert '"type":"SPEC"' in done.stdout.replace(" ", "")
    assert '"SUCCEEDED"' in done.stdout
    assert (tmp_path / "source-orders-1.2.0/index.json").is_file()
    assert (tmp_path / "dist/source_orders-1.2.0-py3-none-any.whl").is_file()


@pytest.mark.parametrize("verb", sorted(set(re.findall(r"penstock (image \w+|package)", COMMANDS))))
def test_every_verb_is_there(verb: str) -> None:
    """The page names no command that is gone."""
    command = [*PROCESS, *verb.split(), "--help"]

    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_the_page_names_only_options_that_are_there() -> None:
    """Each is an option of one of the page's verbs."""
    verbs = set(re.findall(r"penstock (image \w+|package)", COMMANDS))
    told = "".join(
        subprocess.run([*PROCESS, *verb.split(), "--help"], capture_output=True, text=True, check=True).stdout
        for verb in sorted(verbs)
    )

    assert set(re.findall(r"--[a-z][a-z-]+", PAGE)) <= set(re.findall(r"--[a-z][a-z-]+", told)) | {
        "--catalog"
    }


def test_the_examples_for_airflow_call_the_image_as_a_client_does() -> None:
    """Both operators run the same words on an image that is named by its digest, and no secret is in them."""
    values = {
        target.id: node.value
        for node in DAG.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    calls = {
        node.func.id: {word.arg: word.value for word in node.keywords}
        for node in ast.walk(DAG)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }

    assert ast.literal_eval(values["READ"]) == READ
    assert "@sha256:" in ast.unparse(values["IMAGE"])
    for operator, words in (("DockerOperator", "command"), ("KubernetesPodOperator", "arguments")):
        assert ast.unparse(calls[operator]["image"]) == "IMAGE"
        assert ast.unparse(calls[operator][words]) == "READ"
        assert not {"entrypoint", "cmds", "environment", "env_vars"} & calls[operator].keys()


def test_the_job_calls_the_image_as_a_client_does() -> None:
    """By digest, with its own entry point, not root, its root read-only, and files mounted where they are read."""
    mounted = {mount["mountPath"] for mount in CONTAINER["volumeMounts"]}
    volumes = {volume["name"] for volume in JOB["spec"]["template"]["spec"]["volumes"]}

    assert CONTAINER["args"] == READ
    assert "command" not in CONTAINER
    assert re.search(r":1\.2\.0@sha256:[0-9a-f]{64}$", CONTAINER["image"])
    assert {str(Path(word).parent) for word in READ if word.startswith("/")} <= mounted
    assert {mount["name"] for mount in CONTAINER["volumeMounts"]} == volumes
    assert CONTAINER["securityContext"]["runAsUser"] == 1000
    assert CONTAINER["securityContext"]["readOnlyRootFilesystem"]
