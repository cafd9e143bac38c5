"""The immunisation rules: dated tables, the judgement of every dose given, and the dates of the next ones."""
