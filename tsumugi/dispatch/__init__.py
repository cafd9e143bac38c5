"""The dispatcher: one subgraph for the router, several cities behind it, each asked only for what is its own."""
