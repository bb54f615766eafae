"""The prefix of a script that makes heavy packages unavailable, as in a browser."""

WITHOUT_HEAVY = """
import sys
HEAVY = ("matplotlib", "numpy", "PIL", "ipywidgets", "IPython", "anywidget", "tornado", "networkx", "cryptography")

class Without:
    def __init__(self, finder):
        self.finder = finder
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in HEAVY:
            return None
        return self.finder.find_spec(name, path, target)

sys.meta_path[:] = [Without(finder) for finder in sys.meta_path]
"""
