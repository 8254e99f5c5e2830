"""What became of every item of a bulk write, after a crash as well? A SQLite file of JSON texts."""
