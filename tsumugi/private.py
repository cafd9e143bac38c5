"""Files that only their owner may read: keys, peppers, software cards."""

import os
import stat
import tempfile
from pathlib import Path

from tsumugi.halt import Halt

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def write_private(path: Path, content: bytes) -> None:
    """Write a whole file or nothing, for the owner only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, written = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # made with 0600
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(written).replace(path)


def write_new(path: Path, content: bytes) -> None:
    """Write a whole file that is not there yet; raises Halt when it is, also when it came in between."""
    written = path.with_name(f".{path.name}-{os.getpid()}")
    write_private(written, content)
    try:
        os.link(written, path)
    except FileExistsError:
        raise Halt(f"The file {path} is there already.") from None
    finally:
        written.unlink()


def read_private(path: Path) -> bytes:
    """A file's content; raises Halt when it is not there or when others, too, could read it."""
    try:
        mode, content = path.stat().st_mode, path.read_bytes()
    except OSError:
        raise Halt(f"The file {path} is missing or cannot be read.") from None
    if mode & OTHERS:
        raise Halt(f"The file {path} can be read by others: chmod 600 it.")
    return content
