"""`python -m tsumugi`: the command line without an installation."""

import sys

from tsumugi.cli import main

sys.exit(main())
