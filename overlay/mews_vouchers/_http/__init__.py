"""How is one request executed? Rate limit, retries, and what its response means."""
