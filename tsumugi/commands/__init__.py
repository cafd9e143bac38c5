"""What the command line can do, one concern a file. Only tsumugi/cli.py prints."""
