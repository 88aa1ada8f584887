"""Run a connector's image from Airflow: on a host with Docker, and on Kubernetes.

The image is named by its digest, so that every run is of the same bytes. The config comes from a file that only the
container sees, never from a variable of Airflow. Messages go to the task's log: records in it are masked as the policy
in the image says.
"""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.docker.operators.docker import DockerOperator
from airflow.sdk import dag
from docker.types import Mount
from kubernetes.client import models as k8s

IMAGE = "registry.example.com/acme/source-orders:1.2.0@sha256:" + 64 * "0"
READ = ["read", "--config", "/secrets/config.json", "--catalog", "/given/catalog.json"]


@dag(schedule="@daily", start_date=datetime(2026, 1, 1, tzinfo=UTC), catchup=False)
def orders_on_docker() -> None:
    """On the host of a worker: not root, the config from a file of the host."""
    DockerOperator(
        task_id="read",
        image=IMAGE,
        command=READ,
        mounts=[
            Mount("/secrets/config.json", "/etc/connectors/orders/config.json", type="bind", read_only=True),
            Mount("/given/catalog.json", "/etc/connectors/orders/catalog.json", type="bind", read_only=True),
        ],
        user="1000:1000",
        mount_tmp_dir=False,
        auto_remove="success",
    )


@dag(schedule="@daily", start_date=datetime(2026, 1, 1, tzinfo=UTC), catchup=False)
def orders_on_kubernetes() -> None:
    """In a pod: the config from a Secret, the catalog from a ConfigMap, both named `orders`."""
    KubernetesPodOperator(
        task_id="read",
        name="orders",
        image=IMAGE,
        arguments=READ,
        volumes=[
            k8s.V1Volume(name="secrets", secret=k8s.V1SecretVolumeSource(secret_name="orders")),
            k8s.V1Volume(name="given", config_map=k8s.V1ConfigMapVolumeSource(name="orders")),
        ],
        volume_mounts=[
            k8s.V1VolumeMount(name="secrets", mount_path="/secrets", read_only=True),
            k8s.V1VolumeMount(name="given", mount_path="/given", read_only=True),
        ],
        container_security_context=k8s.V1SecurityContext(
            run_as_non_root=True,
            read_only_root_filesystem=True,
            allow_privilege_escalation=False,
            capabilities=k8s.V1Capabilities(drop=["ALL"]),
        ),
        automount_service_account_token=False,
    )


orders_on_docker()
orders_on_kubernetes()
