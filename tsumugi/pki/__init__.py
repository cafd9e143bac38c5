"""A software authority and its cards, for the demo and the tests: the published profile, under a name that says so."""
