"""Subscriptions: events from the database, and how they reach clients over WebSocket and server-sent events."""
