"""Programs that are only type-checked, against the sources and against the built wheel."""
