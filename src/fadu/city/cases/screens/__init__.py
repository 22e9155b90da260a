"""What the screens of the cases show and ask."""
