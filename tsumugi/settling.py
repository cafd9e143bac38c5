"""What a worker begins with stays: no garbage collector walks it, and the processor finds it by large pages."""

import ctypes
import gc
from pathlib import Path

LARGE_PAGE = Path("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size")  # in bytes; Linux alone, where it has them
MADV_COLLAPSE = 25  # linux/mman.h, since Linux 6.1; earlier ones refuse it, which costs nothing


def settle() -> int:
    """Keep what there is out of every later collection, and put it together in large pages; how many there are then.

    Looking through it again and again is a third of the work of an answer about a hundred children; finding out where
    it stands is a twentieth of that of a family's page.
    """
    gc.collect()
    size = int(LARGE_PAGE.read_text(encoding="ascii")) if LARGE_PAGE.exists() else 0
    pages = {id(each) // size for each in gc.get_objects()} if size else set()  # in CPython an id is a place in memory
    gc.freeze()
    return sum(_is_collapsed(page * size, size) for page in pages)


def _is_collapsed(place: int, size: int) -> bool:
    """Whether what begins at this place is one large page now. No content changes, and what cannot be is refused."""
    ask = ctypes.CDLL(None).madvise
    ask.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    return bool(ask(place, size, MADV_COLLAPSE) == 0)
