"""Partners in the city's graph: what their SDL keeps to, how their servers answer, what changes for clients."""
