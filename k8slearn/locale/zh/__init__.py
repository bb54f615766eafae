"""Chinese; one module for each package that speaks, with the same names in every language."""
