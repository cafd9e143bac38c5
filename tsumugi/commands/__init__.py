"""What each command does, a module for each kind; loaded when one runs: who asks a server need not load a graph."""

import gc
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tsumugi.commands import applying as applying
    from tsumugi.commands import asking as asking
    from tsumugi.commands import auditing as auditing
    from tsumugi.commands import certifying as certifying
    from tsumugi.commands import claiming as claiming
    from tsumugi.commands import devices as devices
    from tsumugi.commands import federating as federating
    from tsumugi.commands import importing as importing
    from tsumugi.commands import keeping as keeping
    from tsumugi.commands import keying as keying
    from tsumugi.commands import ledgering as ledgering
    from tsumugi.commands import planning as planning
    from tsumugi.commands import printing as printing
    from tsumugi.commands import publishing as publishing
    from tsumugi.commands import riding as riding
    from tsumugi.commands import scheduling as scheduling
    from tsumugi.commands import serving as serving
    from tsumugi.commands import staffing as staffing
    from tsumugi.commands import working as working


def __getattr__(name: str) -> ModuleType:
    """One of the modules above. What modules are made of stays: whoever collects meanwhile looks in vain, for 0.5 s."""
    is_collected = gc.isenabled()
    gc.disable()
    try:
        return import_module(f"{__name__}.{name}")
    finally:
        if is_collected:
            gc.enable()
