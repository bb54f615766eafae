"""Tabs as Go's YAML takes them: blanks like others, only not where they could be taken for indentation.

PyYAML takes none outside quotes, and so would refuse every JSON text that is indented by them.
Kubernetes: sigs.k8s.io/yaml/goyaml.v2/scannerc.go
"""

from __future__ import annotations

from typing import Any

from yaml.reader import Reader
from yaml.scanner import Scanner, ScannerError

_BREAKS = "\r\n\x85\u2028\u2029"


class TabScanner(Reader, Scanner):
    """A scanner that goes over tabs where Go's does. Kubernetes: yaml_parser_scan_to_next_token and others."""

    def scan_to_next_token(self) -> None:
        """Past blanks, comments and ends of lines."""
        super().scan_to_next_token()
        # Where a key could begin, a tab would be indentation.
        while self.peek() == "\t" and (self.flow_level or not self.allow_simple_key):
            self.forward()
            super().scan_to_next_token()

    def scan_plain_spaces(self, indent: int, start_mark: Any) -> Any:
        """What stands between two words of a text without quotes."""
        blanks = self._blanks()
        if self.peek() not in _BREAKS:
            return [blanks] if blanks else []
        found = super().scan_plain_spaces(indent, start_mark)
        if self.peek() == "\t":
            if self.column < indent:
                self._refuse("found a tab character that violates indentation")
            self._blanks()
        return found

    def scan_block_scalar_ignored_line(self, start_mark: Any) -> Any:
        """The rest of the line that begins a block of text."""
        self._blanks()
        return super().scan_block_scalar_ignored_line(start_mark)

    def scan_block_scalar_indicators(self, start_mark: Any) -> Any:
        """What stands right behind `|` or `>`: whether the last line's end is kept, how far the text is indented."""
        keeps = None
        indent = None
        for _ in range(2):
            sign = self.peek()
            if keeps is None and sign in "+-":
                keeps = sign == "+"
            elif indent is None and sign in "0123456789":
                indent = int(sign)
                if indent == 0:
                    self._refuse("found an indentation indicator equal to 0")
            else:
                break
            self.forward()
        return keeps, indent

    def scan_block_scalar_indentation(self) -> Any:
        """How far a block of text is indented, by its first line."""
        found = super().scan_block_scalar_indentation()
        if self.peek() == "\t":
            self._refuse_in_block()
        return found

    def scan_block_scalar_breaks(self, indent: int) -> Any:
        """What stands between two lines of a block of text."""
        found = super().scan_block_scalar_breaks(indent)
        if self.peek() == "\t" and self.column < indent:
            self._refuse_in_block()
        return found

    def _blanks(self) -> str:
        length = 0
        while self.peek(length) in " \t":
            length += 1
        blanks = str(self.prefix(length))
        self.forward(length)
        return blanks

    def _refuse_in_block(self) -> None:
        self._refuse("found a tab character where an indentation space is expected")

    def _refuse(self, problem: str) -> None:
        raise ScannerError(None, None, problem, self.get_mark())
