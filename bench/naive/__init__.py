"""The plain server: strawberry as its documentation shows it, with an ORM and a permission class on each field."""
