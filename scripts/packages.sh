# Sourced by the setup scripts: collects missing Debian packages, then installs them at once or asks for them.
wanted=""

# want PACKAGE: the package is missing.
want() {
    case " $wanted " in *" $1 "*) ;; *) wanted="$wanted $1" ;; esac
}

# need COMMAND PACKAGE: the command must be on the PATH.
need() {
    command -v "$1" >/dev/null 2>&1 || want "$2"
}

# install_wanted WHY: installs as root; otherwise says what to install and stops with 2.
install_wanted() {
    [ -n "$wanted" ] || return 0
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "fenggu: installing$wanted (for $1)" >&2
        export DEBIAN_FRONTEND=noninteractive
        # shellcheck disable=SC2086 # a list of packages
        log=$(mktemp)
        if ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends $wanted; } >"$log" 2>&1; then
            cat "$log" >&2
            rm -f "$log"
            echo "fenggu: apt-get could not install$wanted; install them by hand and run this again." >&2
            exit 2
        fi
        rm -f "$log"
        wanted=""
        return 0
    fi
    {
        echo "fenggu: these Debian packages are missing (for $1):"
        echo
        echo "    sudo apt-get install$wanted"
        echo
        echo "Install them (or the same under your system's names) and run this again."
    } >&2
    exit 2
}
