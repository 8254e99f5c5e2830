"""What has changed since a mark? Marks, and the runs that lead from one to the next. No I/O."""
