#!/usr/bin/env bash
# Run npm; where the machine has no Node 18 or newer, take both from a Python wheel.
set -euo pipefail
if command -v npm >/dev/null && [ "$(node -p 'parseInt(process.versions.node)' 2>/dev/null || echo 0)" -ge 18 ]; then
  exec npm "$@"
fi
[ -x .venv/bin/npm ] || .venv/bin/python -m pip install --quiet --require-hashes -r requirements/node.txt
PATH="$PWD/.venv/bin:$PATH" exec .venv/bin/npm "$@"
