"""The server: settings, app, command line, demo town. The one floor that reads environment, clock and network."""
