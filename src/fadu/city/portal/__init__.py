"""The public rooms: read everything that is public, own nothing."""
