"""History held against rows, files and registers."""
