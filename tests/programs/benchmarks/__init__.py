"""What `make bench` measures. Nothing fails here."""
