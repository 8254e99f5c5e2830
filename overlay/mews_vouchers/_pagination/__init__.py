"""What comes next in a listing? Partitions of its filters, pages, checkpoints."""
