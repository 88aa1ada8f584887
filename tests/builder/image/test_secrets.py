"""No secret leaves in an image: planted in each place where one could be, it is found, and only its place is told."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.builder.image.conftest import EPOCH, MANIFEST, lock_of

from penstock.authoring import read_manifest
from penstock_builder.image.attached import read_attached
from penstock_builder.image.build import BuildInputs
from penstock_builder.image.cache import Cache
from penstock_builder.image.gates import Checks, RefusedError, pass_gates
from penstock_builder.image.layers import ROOT, Entry, write_layer
from penstock_builder.image.layout import CONFIG, Layout, Platform
from penstock_builder.image.layout import MANIFEST as IMAGE
from penstock_builder.image.release import release
from penstock_builder.image.secret_search import Secret, SecretForms, in_image

SECRET = 'canary/7f"3a9c&2e=x'
KEY = "-----BEGIN PRIVATE KEY-----\nMIIcanaryQEFAASCBKcwggSjAgEAAoIBAQC7\n-----END PRIVATE KEY-----"
WITH_TOKEN = MANIFEST.replace(
    "properties: {url: {type: string}}",
    "properties: {url: {type: string}, code: {type: string, airbyte_secret: true}}",
)
LINES = len(MANIFEST.splitlines())


@pytest.fixture
def connector(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A connector's folder in a git repository, and a config with a secret outside of it."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    folder = tmp_path / "repository/connector"
    folder.mkdir(parents=True)
    (folder / "manifest.yaml").write_text(WITH_TOKEN)
    (tmp_path / "config.json").write_text(json.dumps({"url": "https://example.invalid", "code": SECRET}))
    _git(folder, "init", "-q", "..")
    _commit(folder, "first")
    return folder


FORMS = {
    "as it is": SECRET,
    "in a URL": quote(SECRET, safe=""),
    "in JSON": json.dumps(SECRET)[1:-1],
    "in base64": base64.b64encode(f"user:{SECRET}".encode()).decode(),
    "in base64, one further": base64.b64encode(f"user1:{SECRET}".encode()).decode(),
    "in base64, two further": base64.b64encode(f"user12:{SECRET}".encode()).decode(),
}


@pytest.mark.parametrize("written", FORMS.values(), ids=FORMS)
def test_a_secret_in_the_manifest_is_found(connector: Path, written: str) -> None:
    """In every form that it may be written in; the line is told."""
    (connector / "manifest.yaml").write_text(WITH_TOKEN + f"# {written}\n")

    told = _refused(connector)

    assert f"manifest.yaml:{LINES + 1}:1: error[secret-in-image] a secret value of the config" in told


@pytest.mark.parametrize("name", ["components.py", "schemas/people.json", "metadata.yaml"])
def test_a_secret_in_a_file_that_is_shipped_is_found(connector: Path, name: str) -> None:
    """Whatever the file is."""
    path = connector / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"first\n# {SECRET}\n")

    told = _refused(connector, files={name: path.read_bytes()})

    assert f"{name}:2:1: error[secret-in-image]" in told


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_secret_in_a_file_of_utf_16_is_found(connector: Path, encoding: str) -> None:
    """As some editors write; with and without a mark of the order of its bytes."""
    data = f"first\n# {SECRET}\n".encode(encoding)

    assert "schemas/a.json:2:1: error[secret-in-image]" in _refused(connector, {"schemas/a.json": data})


def test_a_secret_in_the_name_of_a_file_that_is_shipped_is_found(connector: Path) -> None:
    """The name is not told, neither for itself nor as the place of what is in the file."""
    told = _refused(connector, {f"schemas/{SECRET}.json": f"one\n{SECRET}".encode()})

    assert "(a name with a secret):1:1: error[secret-in-image]" in told
    assert "is in the name of this file" in told
    assert "(a name with a secret):2:1: error[secret-in-image]" in told


@pytest.mark.parametrize("passes", [True, False], ids=["passes", "fails"])
def test_a_secret_in_the_name_of_a_file_of_tests_is_found(
    connector: Path, monkeypatch: pytest.MonkeyPatch, passes: bool
) -> None:
    """The report of the tests names their files and cases, and so does a case that fails."""
    monkeypatch.setenv("SHOP_TOKEN", "canary-of-a-name")
    cases = FAILING.replace("no people", "canary-of-a-name")
    (connector / "cases").mkdir()
    (connector / "cases/canary-of-a-name.yaml").write_text(
        cases.replace("id: 2", "id: 1") if passes else cases
    )

    told = _refused(connector)

    assert "is in the name of this file" in told
    assert ("error[case-failed]" in told) is not passes


def test_a_secret_in_the_name_of_a_test_is_found(connector: Path) -> None:
    """The report of the tests is attached to the image; the file of the tests itself is not shipped."""
    (connector / "cases.yaml").write_text(
        FAILING.replace("no people", f"'{SECRET}'").replace("id: 2", "id: 1")
    )

    assert "names of the tests in cases.yaml:1:1: error[secret-in-image]" in _refused(connector)


def test_a_secret_of_the_environment_is_found(connector: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One whose name sounds so, and one that the config names; an address to do with secrets is none."""
    monkeypatch.setenv("SHOP_API_KEY", "canary-of-a-key")
    monkeypatch.setenv("SHOP_NUMBER", "canary-of-a-number")
    monkeypatch.setenv("SHOP_TOKEN_URL", "https://example.invalid/token")
    (connector.parents[1] / "config.json").write_text(json.dumps({"url": "${SHOP_NUMBER}"}))
    (connector / "manifest.yaml").write_text(
        WITH_TOKEN + "# canary-of-a-key\n# canary-of-a-number\n# https://example.invalid/token\n"
    )

    told = _refused(connector)

    assert f"manifest.yaml:{LINES + 1}:1: error[secret-in-image] the value of $SHOP_API_KEY" in told
    assert f"manifest.yaml:{LINES + 2}:1: error[secret-in-image] the value of $SHOP_NUMBER" in told
    assert "SHOP_TOKEN_URL" not in told


def test_a_secret_that_was_committed_once_is_found(connector: Path) -> None:
    """Though it is gone: pushed with the source it is public. The commit, the file and the line are told."""
    (connector / "notes.txt").write_text(f"one\ntwo\nuse {SECRET}\n")
    commit = _commit(connector, "notes")
    (connector / "notes.txt").unlink()
    _commit(connector, "no notes")

    told = _refused(connector)

    assert f"commit {commit} notes.txt:3:1: error[secret-in-image]" in told
    assert told.count("error[secret-in-image]") == 1


def test_a_secret_in_the_message_of_a_commit_is_found(connector: Path) -> None:
    """It is pushed with the commit."""
    (connector / "notes.txt").write_text("x\n")
    commit = _commit(connector, f"log in with {SECRET}")

    assert f"commit {commit} message:1:1: error[secret-in-image]" in _refused(connector)


def test_what_was_committed_elsewhere_is_not_shipped(connector: Path) -> None:
    """The history of the connector's folder counts, not that of its neighbours."""
    (connector.parent / "elsewhere.txt").write_text(SECRET)
    _commit(connector.parent, "elsewhere")

    _pass(connector)


def test_a_private_key_is_found_by_its_lines(connector: Path) -> None:
    """A manifest indents what a config has in one text."""
    (connector.parents[1] / "config.json").write_text(json.dumps({"code": KEY}))
    indented = "".join(f"#    {line}\n" for line in KEY.splitlines())
    (connector / "manifest.yaml").write_text(WITH_TOKEN + indented)

    assert f"manifest.yaml:{LINES + 2}:1: error[secret-in-image]" in _refused(connector)


@pytest.mark.parametrize(
    ("config", "entry", "told"),
    [
        ({"Env": [f"KEY={SECRET}"]}, Entry("a"), "image config of linux/amd64:1:1: error[secret-in-image] a secret is in `config.Env.KEY`"),
        ({"Labels": {"note": f"x{SECRET}"}}, Entry("a"), "is in `config.Labels.note`"),
        ({"Labels": {SECRET: "x"}}, Entry("a"), "is in `(a name with a secret)`"),
        ({"Entrypoint": ["run", SECRET]}, Entry("a"), "is in `config.Entrypoint.1`"),
        ({}, Entry("opt/a.txt", f"\n{SECRET}".encode()), "/opt/a.txt:2:1: error[secret-in-image]"),
        ({}, Entry(f"opt/{SECRET.replace('/', '')}", b""), "/(a name with a secret):1:1: error[secret-in-image]"),
    ],
    ids=["variable", "label", "name of a label", "entry point", "file of a layer", "name of a file"],
)  # fmt: skip
def test_a_secret_in_the_image_is_found(tmp_path: Path, config: object, entry: Entry, told: str) -> None:
    """In its config, its labels, its variables and its layers, wherever they came from."""
    layout = Layout.create(tmp_path)
    layer = write_layer(layout, [entry], ROOT, 0)
    blob = layout.add_document({"config": config, "os": "linux"}, CONFIG)
    manifest = layout.add_document({"config": blob.as_json(), "layers": [layer.blob.as_json()]}, IMAGE)
    image = manifest.__class__(IMAGE, manifest.digest, manifest.size, Platform("linux", "amd64"))
    forms = SecretForms([Secret("a secret", SECRET), Secret("a secret", SECRET.replace("/", ""))])

    found = [str(problem) for problem in in_image(forms, layout, image, [layer.blob])]

    assert any(told in problem for problem in found), found
    assert "canary" not in "".join(found)


def test_a_refused_image_leaves_nothing(connector: Path, cache: Cache) -> None:
    """Neither a folder nor a half of one."""
    (connector / "manifest.yaml").write_text(WITH_TOKEN + f"# {SECRET}\n")

    with pytest.raises(RefusedError):
        release(_inputs(connector), _checks(connector), connector.parent / "image", cache)

    assert not (connector.parent / "image").exists()


def test_a_waiver_is_in_the_provenance(connector: Path, cache: Cache, small: object) -> None:
    """With how many problems it let through; what the image has does not depend on it."""
    (connector / "manifest.yaml").write_text(WITH_TOKEN + f"# {SECRET}\n")
    (connector / "cases.yaml").write_text(FAILING)
    checks = Checks(connector.parents[1] / "config.json", frozenset({"secrets", "tests"}))

    released = release(_inputs(connector), checks, connector.parent / "image", cache)

    statements = [read_attached(released.built.layout, one) for one in released.attached]
    (told,) = [json.loads(one.data) for one in statements if one.name == "provenance.json"]
    waived = told["predicate"]["buildDefinition"]["externalParameters"]["waived"]
    assert [one["gate"] for one in waived] == ["secrets", "tests"]
    assert [one["problems"] for one in waived] == [2, 1]
    assert "canary" not in json.dumps(told)
    (tests,) = [json.loads(one.data) for one in statements if one.name == "tests.json"]
    assert (tests["predicate"]["result"], tests["predicate"]["failedTests"]) == ("FAILED", ["no people"])


def test_all_that_stops_a_build_is_told_at_once(connector: Path) -> None:
    """A secret, an error of the linter and a failing case."""
    sizeless = WITH_TOKEN.replace(
        "type: SimpleRetriever\n", f"type: SimpleRetriever\n      paginator: {SIZELESS}\n"
    )
    (connector / "manifest.yaml").write_text(sizeless + f"# {SECRET}\n")
    (connector / "cases.yaml").write_text(FAILING)

    told = _refused(connector)

    assert "nothing is made: 3 problems" in told
    assert all(f"error[{rule}]" in told for rule in ("secret-in-image", "page-size-missing", "case-failed"))


SIZELESS = (
    "{type: DefaultPaginator, pagination_strategy: {type: PageIncrement}, "
    "page_size_option: {type: RequestOption, inject_into: request_parameter, field_name: limit}}"
)
FAILING = """\
cases:
  - name: no people
    stream: people
    given:
      config: { url: https://people.test }
      responses:
        - path: /people
          answer: { json: [{ id: 1 }] }
    expect:
      contains: [{ id: 2 }]
"""


def _refused(connector: Path, files: dict[str, bytes] | None = None) -> str:
    with pytest.raises(RefusedError) as failure:
        _pass(connector, files)
    assert "canary" not in str(failure.value)
    assert base64.b64encode(b"canary")[:6].decode() not in str(failure.value)
    return str(failure.value)


def _pass(connector: Path, files: dict[str, bytes] | None = None) -> None:
    manifest = connector / "manifest.yaml"
    shipped = {"manifest.yaml": manifest.read_bytes(), **(files or {})}
    pass_gates(read_manifest(manifest), manifest, shipped, _checks(connector))


def _checks(connector: Path) -> Checks:
    return Checks(connector.parents[1] / "config.json")


def _inputs(connector: Path) -> BuildInputs:
    lock = lock_of("click", "pyyaml")
    return BuildInputs(
        connector / "manifest.yaml", "acme/source-people", "1.2.0", epoch=EPOCH, requirements=lock
    )


def _git(folder: Path, *words: str) -> str:
    own = ["-c", "user.name=a", "-c", "user.email=a@example.invalid", "-C", str(folder)]
    return subprocess.run(["git", *own, *words], check=True, capture_output=True, text=True).stdout


def _commit(folder: Path, message: str) -> str:
    _git(folder, "add", "-A", ".")
    _git(folder, "commit", "-q", "-m", message)
    return _git(folder, "rev-parse", "HEAD").strip()[:12]
