"""Records that the model is known not to agree with, each with the reason. A test holds that none of them agrees."""

KNOWN: dict[str, str] = {}
