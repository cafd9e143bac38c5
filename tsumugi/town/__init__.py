"""A town as a whole: its rows, the file in which it is written by hand, and the way of all of it into the database."""
