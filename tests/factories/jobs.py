"""Tasks for tests of the runs; organisations stand for what a task writes."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django_tasks import task

from convive.core.errors import RequestError, StorageError
from convive.web.accounts.models import Organisation
from convive.web.jobs.tasks import prepared

SECRET = "Ana Example, 3 Quay Street"


def found(name: str) -> Organisation:
    return Organisation.objects.create(code=name, name=name, sector="police")


@task()
def add(*, name: str) -> dict[str, Any]:
    found(name)
    return {"n": 1}


@task()
def fall(*, name: str) -> dict[str, Any]:
    found(name)
    raise StorageError("STORE_FULL", path=SECRET)


@task()
def stumble(*, name: str) -> dict[str, Any]:
    raise ValueError(name + SECRET)


@task()
def refuse(*, name: str) -> dict[str, Any]:
    raise RequestError("COLUMN_UNKNOWN", column=name + SECRET)


def draw(*, name: str) -> str:
    assert not transaction.get_connection().in_atomic_block, "what takes long locks nothing"
    return name.upper()


@task()
@prepared(draw)
def keep(drawn: str, *, name: str) -> dict[str, Any]:
    found(drawn)
    return {"letters": len(name)}


def step(_name: str) -> None:
    """Replaced in processes that are killed at a step."""


def look(*, name: str) -> str:
    step("prepared")
    return name


@task()
@prepared(look)
def slow(looked: str, *, name: str) -> dict[str, Any]:
    found(f"{name} {Organisation.objects.count()}")
    step("after_effect")
    return {"letters": len(looked)}
