"""The course: exercises, questions, progress, and the pages about them."""
