"""When may a request be sent? The rate limit of an access token, per process or through Redis."""
