"""文书、送达、公开: what leaves the house."""
