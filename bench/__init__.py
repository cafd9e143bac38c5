"""The bench: what an answer costs beside hand-written REST, a peer with a JIT and a plain server."""
