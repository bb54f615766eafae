"""The Pod template, which kinds share: its defaults and its rules."""
