"""Engines that count: DuckDB on the machine itself, Spark where a pack asks for it."""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from convive.core.errors import StorageError

# Ibis and Spark take seconds to import and only an audit needs them.
# ruff: noqa: PLC0415

DEFAULT_MEMORY = "800MB"


@dataclass
class Engine:
    """A connection and the facts that it has been shown."""

    connection: Any
    _known: dict[Path, Any] = field(default_factory=dict)

    def table(self, facts: Path | pa.Table) -> Any:
        """Return facts as an Ibis table."""
        import ibis

        if isinstance(facts, pa.Table):
            return ibis.memtable(facts)
        if facts not in self._known:
            name = "part_" + hashlib.sha256(str(facts).encode()).hexdigest()[:24]
            self._known[facts] = self.connection.read_parquet(str(facts), table_name=name)
        return self._known[facts]

    def answer(self, expression: Any) -> pa.Table:
        """Return what an expression gives."""
        found: pa.Table = self.connection.to_pyarrow(expression)
        return found


def connect_duckdb(
    folder: Path | None = None, *, memory: str | None = None, threads: int | None = None
) -> Engine:
    """Return a private DuckDB that reads nothing but what it is handed.

    Parameters
    ----------
    folder : Path, optional
        The restricted store: the only folder that it may read, and where it puts what does not
        fit into memory.
    memory : str, optional
        E.g. ``2GB``; by default 800 MB, so that a whole audit stays below 2 GB.
    threads : int, optional
        By default one for each processor.
    """
    import ibis

    settings: dict[str, Any] = {"memory_limit": memory or DEFAULT_MEMORY}
    if threads is not None:
        settings["threads"] = threads
    connection = ibis.duckdb.connect(**settings)
    if folder is not None:
        # Rows that spill over stay under the same roof.
        spill = _empty_spill(folder)
        quoted = str(folder).replace("'", "''")
        connection.raw_sql(f"SET allowed_directories = ['{quoted}/']")
        connection.raw_sql("SET temp_directory = '{}'".format(str(spill).replace("'", "''")))
    else:
        connection.raw_sql("SET temp_directory = ''")
    connection.raw_sql("SET enable_external_access = false")
    connection.raw_sql("SET autoinstall_known_extensions = false")
    connection.raw_sql("SET preserve_insertion_order = false")
    return Engine(connection)


def connect_spark(folder: Path, *, memory: str | None = None, threads: int | None = None) -> Engine:
    """Return Spark, of this machine or of whatever SPARK_REMOTE or spark-defaults.conf name.

    Parameters
    ----------
    folder : Path
        The restricted store: Spark puts there what does not fit into memory.
    memory : str, optional
        Of the driver; by default 800 MB, so that a whole audit stays below 2 GB.
    threads : int, optional
        By default one for each processor.

    Raises
    ------
    StorageError
        ENGINE_MISSING where PySpark or Java is not installed.
    """
    if importlib.util.find_spec("pyspark") is None or shutil.which("java") is None:
        raise StorageError("ENGINE_MISSING", engine="spark")
    import ibis
    from pyspark.sql import SparkSession

    spill = _empty_spill(folder)
    settings = {
        "spark.master": f"local[{threads or '*'}]",
        "spark.driver.memory": (memory or DEFAULT_MEMORY).removesuffix("B").lower(),
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.local.dir": str(spill),
        "spark.sql.warehouse.dir": str(spill / "warehouse"),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.ansi.enabled": "true",
        "spark.sql.shuffle.partitions": str(threads or 4),
        "spark.log.level": "ERROR",
    }
    builder = SparkSession.builder.appName("convive")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return Engine(ibis.pyspark.connect(builder.getOrCreate()))


def _empty_spill(folder: Path) -> Path:
    """Return the folder for what does not fit into memory, without what a killed run has left."""
    spill = folder / "spill"
    shutil.rmtree(spill, ignore_errors=True)
    return spill
