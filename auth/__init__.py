"""Who asks and what they may: card certificate, login, session tokens, caller, guardianship, policy."""
