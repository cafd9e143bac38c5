"""What a worker begins with stays: no garbage collector walks it, and the processor finds it by large pages."""

import ctypes
import gc
from pathlib import Path

LARGE_PAGES = Path("/sys/kernel/mm/transparent_hugepage")  # of Linux alone, where it has them
MADV_COLLAPSE = 25  # linux/mman.h, since Linux 6.1; earlier ones refuse it, which costs nothing


def settle() -> int:
    """Keep what there is out of every later collection, and put it together in large pages.

    How many places for a large page the system took. Looking through what there is again and again is a third of the
    work of an answer about a hundred children; finding out where it stands is a twentieth of that of a family's page.
    """
    gc.collect()
    size = _large_page_bytes()
    places = {id(each) // size for each in gc.get_objects()} if size else set()  # in CPython an id is where it stands
    gc.freeze()
    return sum(_is_collapsed(place * size, size) for place in places)


def _large_page_bytes() -> int:
    """How large one is; 0 where there is none, or where the machine is told to use none."""
    try:
        is_never = "[never]" in (LARGE_PAGES / "enabled").read_text(encoding="ascii")
        return 0 if is_never else int((LARGE_PAGES / "hpage_pmd_size").read_text(encoding="ascii"))
    except OSError:
        return 0


def _is_collapsed(start: int, size: int) -> bool:
    """Whether the system puts what stands there into one page. No content changes, and what cannot be is refused."""
    ask = ctypes.CDLL(None).madvise
    ask.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    return bool(ask(start, size, MADV_COLLAPSE) == 0)
