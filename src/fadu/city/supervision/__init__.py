"""监督: what is late and where, what was skipped, recorded late or does not add up. Reads all, changes nothing."""
