"""`python -m k8slearn` is the command `k8slearn`."""

import sys

from k8slearn.cli import main

sys.exit(main())
