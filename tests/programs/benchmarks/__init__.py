"""The measurements of `make bench`. Nothing fails here."""
