"""Registries for tests: Debian's `docker-registry`, and a gate before it that can break connections."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import http.client
import json
import random
import secrets
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.conftest import missing

from penstock.testing.fake_api import Answer, FakeApi, Received
from penstock_builder.image.attached import Document, attach
from penstock_builder.image.config import image_config, image_manifest
from penstock_builder.image.layers import ROOT, Entry, write_layer
from penstock_builder.image.layout import (
    CONFIG,
    INDEX,
    MANIFEST,
    REFERENCE,
    Descriptor,
    Layout,
    Platform,
)

Json = Any

USER, PASSWORD = "ci", "correct horse"
_HTPASSWD = f"{USER}:$2y$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2\n"


def small_image(folder: Path) -> Layout:
    """An image for two platforms with a document attached: real, and quick to send."""
    layout = Layout.create(folder)
    listed = []
    for architecture in ("amd64", "arm64"):
        platform = Platform("linux", architecture)
        data = random.Random(architecture).randbytes(2_500_000)
        layer = write_layer(layout, [Entry("data", data), Entry("etc/os-release", b"ID=tests\n")], ROOT, 0)
        told = image_config(platform, {"Labels": {"io.airbyte.version": "1.2.0"}}, [layer], 0)
        manifest = layout.add_document(
            image_manifest(layout.add_document(told, CONFIG), [layer.blob], {}), MANIFEST
        )
        listed.append(Descriptor(MANIFEST, manifest.digest, manifest.size, platform).as_json())
    index = layout.add_document({"schemaVersion": 2, "mediaType": INDEX, "manifests": listed}, INDEX)
    layout.point_at([replace(index, annotations={REFERENCE: "acme/source-people:1.2.0"})])
    attach(layout, [Document(index, "application/sarif+json", "lint.sarif", b"{}")], 0)
    return layout


@contextlib.contextmanager
def docker_registry(folder: Path, auth: Json = None) -> Iterator[str]:
    """A registry of Debian's package on the loopback; gives its host and port."""
    if shutil.which("docker-registry") is None:
        missing("docker-registry")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{probe.getsockname()[1]}"
    config = {
        "version": "0.1",
        "log": {"level": "error", "accesslog": {"disabled": True}},
        "storage": {"filesystem": {"rootdirectory": str(folder / "images")}, "delete": {"enabled": True}},
        "http": {"addr": host},
        **({"auth": auth} if auth else {}),
    }
    (folder / "config.yml").write_text(json.dumps(config))
    with (folder / "log").open("w") as log:
        command = ["docker-registry", "serve", str(folder / "config.yml")]
        process = subprocess.Popen(command, stdout=log, stderr=log, env={"OTEL_TRACES_EXPORTER": "none"})
    try:
        _until_it_answers(host)
        yield host
    finally:
        process.terminate()
        process.wait()


def with_passwords(folder: Path) -> Json:
    """A registry's setting: who may do what by htpasswd."""
    (folder / "htpasswd").write_text(_HTPASSWD)
    return {"htpasswd": {"realm": "tests", "path": str(folder / "htpasswd")}}


def with_tokens(folder: Path, authority: FakeApi) -> Json:
    """A registry's setting: rights by tokens of an authority, which gives them to who knows the password."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "authority")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "authority.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    chain = [base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()]
    expected = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

    def token(request: Received) -> Answer:
        if request.headers.get("authorization") != expected:
            return Answer({"details": "no"}, 401)
        access = []
        for scope in (value for name, value in request.query if name == "scope"):
            kind, repository, actions = scope.split(":")
            access.append({"type": kind, "name": repository, "actions": actions.split(",")})
        moment = int(time.time())
        claims: Json = {
            "iss": "authority",
            "sub": USER,
            "aud": "tests",
            "access": access,
            "jti": secrets.token_hex(8),
        }
        claims |= {"iat": moment, "nbf": moment - 10, "exp": moment + 300}
        return Answer({"token": jwt.encode(claims, key, algorithm="ES256", headers={"x5c": chain})})

    authority.on("/token", token)
    setting = {"realm": f"{authority.url}/token", "service": "tests", "issuer": "authority"}
    return {"token": {**setting, "rootcertbundle": str(folder / "authority.pem")}}


def _until_it_answers(host: str) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError):
            connection = http.client.HTTPConnection(host, timeout=5)
            connection.request("GET", "/v2/")
            connection.getresponse()
            connection.close()
            return
        time.sleep(0.05)
    raise AssertionError("docker-registry did not start")


Step = Callable[[str, str], str]
"""What becomes of a request, by its method and its path: "" goes on, "cut" breaks off half-way."""


class Gate:
    """Stands before a registry: hands requests on, breaks some off, and can have the referrers API that it lacks.

    `sent` are the bytes of each request's body, by method and path, in order.
    """

    def __init__(self, behind: str, step: Step = lambda method, path: "", *, has_api: bool = False) -> None:
        self.sent: list[tuple[str, str, int]] = []
        self.ranges: list[str] = []
        self.referrers: dict[str, list[Json]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self, behind, step, has_api=has_api))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(gate: Gate, behind: str, step: Step, *, has_api: bool) -> type[BaseHTTPRequestHandler]:
    class _Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            path = self.path.partition("?")[0]
            now = step(self.command, path)
            if now == "cut" and size:
                self.rfile.read(size // 2)
                self._hang_up()
                return
            body = self.rfile.read(size)
            gate.sent.append((self.command, self.path, size))
            if "Range" in self.headers:
                gate.ranges.append(self.headers["Range"])
            if has_api and "/referrers/" in path:
                listed = gate.referrers.get(path.rpartition("/")[2], [])
                self._answer(200, {}, json.dumps({"schemaVersion": 2, "manifests": listed}).encode())
                return
            headers = {name: text for name, text in self.headers.items() if name.lower() != "host"}
            with contextlib.closing(http.client.HTTPConnection(behind, timeout=30)) as connection:
                connection.request(self.command, self.path, body or None, {**headers, "Host": gate.host})
                answer = connection.getresponse()
                data = answer.read()
            told = {name: text for name, text in answer.getheaders() if name.lower() != "transfer-encoding"}
            if has_api and self.command == "PUT" and "/manifests/" in path and answer.status == 201:
                told |= self._noted(path, json.loads(body), body)
            if now == "cut":
                self._answer(answer.status, told, data, half=True)
                self._hang_up()
            else:
                self._answer(answer.status, told, data)

        def _noted(self, path: str, told: Json, body: bytes) -> Mapping[str, str]:
            if "subject" not in told:
                return {}
            digest, subject = path.rpartition("/")[2], told["subject"]["digest"]
            entry = {"mediaType": told["mediaType"], "digest": digest, "size": len(body)}
            gate.referrers.setdefault(subject, []).append({**entry, "artifactType": told["artifactType"]})
            return {"OCI-Subject": subject}

        def _answer(
            self, status: int, headers: Mapping[str, str], body: bytes, *, half: bool = False
        ) -> None:
            self.send_response_only(status)
            for name, text in headers.items():
                if name.lower() != "content-length" or self.command == "HEAD":
                    self.send_header(name, text)
            if self.command != "HEAD":
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body[: len(body) // 2] if half else body)

        def _hang_up(self) -> None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - the base class's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - same
            """Stay silent."""

    return _Handler
