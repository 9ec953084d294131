#!/bin/sh
# What the build of the C++ solver needs from the system. Quick and silent when everything is there.
# As root it installs what is missing with apt-get; otherwise it names the Debian packages and stops with 2.
# A pure-Rust build (`cargo build --no-default-features`) needs none of this but a linker.
set -eu
. "$(dirname "$0")/packages.sh"

need make make
need cmake cmake
# g++ brings the C compiler that Rust links with.
need c++ g++
need cc g++
# bindgen loads libclang at build time and reads clang's own headers (stddef.h).
has_libclang() {
    [ -n "${LIBCLANG_PATH:-}" ] && return 0
    for f in /usr/lib/llvm-*/lib/libclang*.so* /usr/lib/*/libclang*.so* /usr/lib64/libclang*.so* /usr/local/lib/libclang*.so*; do
        [ -e "$f" ] || continue
        case "$f" in *libclang-cpp*) continue ;; esac
        return 0
    done
    return 1
}
has_libclang || want libclang-dev
if ! command -v cargo >/dev/null 2>&1; then
    echo "fenggu: cargo is not on the PATH; install the Rust toolchain (1.88 or newer) first." >&2
    exit 2
fi
install_wanted "the build of the solver HiGHS"
