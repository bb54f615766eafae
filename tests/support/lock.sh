#!/usr/bin/env bash
# Writes the three lock files anew, with hashes: `bash tests/support/lock.sh [--upgrade]`. Needs uv.
#   requirements.lock         what a learner installs
#   tests/requirements.lock   that, the pages' tools and the tests'
#   binder/requirements.txt   what Binder installs on top of its own frozen base, which notebook's pin matches
# pip, hatchling and editables stand in each: they install the package itself, without a download past the hashes.
set -euo pipefail
cd "$(dirname "$0")/../.."
upgrade=("$@")
lock() {
    local file=$1 more=$2
    shift 2
    printf '%b' "pip\nhatchling\neditables\n$more" | uv pip compile --quiet --universal --python-version 3.11 \
        --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links \
        --custom-compile-command 'bash tests/support/lock.sh' --output-file "$file" "${upgrade[@]}" "$@" pyproject.toml -
}
lock tests/requirements.lock '' --all-extras
lock requirements.lock '' -c tests/requirements.lock
lock binder/requirements.txt 'notebook==7.6.5\n' -c tests/requirements.lock
