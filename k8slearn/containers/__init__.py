"""What goes on in a container: what it says (`log`), and some `commands` on what is found in it (`inside`)."""
