"""How an operation becomes an answer: documents, limits, denials, execution."""
