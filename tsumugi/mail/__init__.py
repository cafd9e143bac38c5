"""Mail: how a message is written, how it is carried to the server, and how somebody stops it without a login."""
