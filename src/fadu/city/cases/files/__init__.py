"""材料: uploaded bytes, at the gate and on the disk."""
