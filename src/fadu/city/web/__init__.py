"""The shell of every page: templates, look, error pages, the one JSON error shape. Knows no app's rules."""
