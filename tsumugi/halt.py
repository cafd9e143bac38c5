"""What ends a command: one clear sentence on the error stream and exit code 1, never a traceback."""


class Halt(Exception):
    """The sentence is the message; it names no password, no key and no person."""
