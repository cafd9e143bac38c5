"""The router in front of the city and its partners, and how all of them are started together on one machine."""
