"""The command line of the mock: what it understands, what it reads and what it prints."""
