"""The server: settings, app, command line, demo town. The only floor that reads the environment, the clock, the network."""
