"""Marks drawn by matplotlib. Another ink needs what `artists` does, and nothing of the plan."""
