# Sourced by ./verify and ./quickstart: which programs are missing, and how to get them on Debian and Ubuntu.
# shellcheck shell=bash

PATH=$PATH:/usr/sbin:/sbin # Where dockerd, ip and iptables are; not on the path of ordinary users.

# Prints the home of a JDK, with a compiler, of version 17 or later: JAVA_HOME, or the one on the path, or the newest
# installed elsewhere.
find_jdk() {
    local home version best= best_version=16 on_path
    on_path=$(readlink -f "$(command -v javac)" 2> /dev/null) || on_path=
    for home in "${JAVA_HOME:-}" "${on_path%/bin/javac}" /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /opt/*jdk* \
        /opt/java/* "${HOME:-}"/.sdkman/candidates/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        [[ -n $home && -x $home/bin/javac && -r $home/release ]] || continue
        version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")
        if [[ ${version:-0} -gt $best_version ]]; then
            best=$home best_version=$version
            [[ $home != "${JAVA_HOME:-}" && $home != "${on_path%/bin/javac}" ]] || break
        fi
    done
    [[ -n $best ]] && printf '%s\n' "$best"
}

# Prints the packages that hold what is missing of the programs named: jdk, busybox (static), or a command.
missing_packages() {
    local program
    for program in "$@"; do
        case $program in
            jdk) find_jdk > /dev/null || echo openjdk-17-jdk-headless ;;
            busybox)
                if ! command -v busybox > /dev/null \
                    || LC_ALL=C ldd "$(command -v busybox)" 2> /dev/null | grep -q '=>'; then
                    echo busybox-static
                fi
                ;;
            *) command -v "$program" > /dev/null || package_of "$program" ;;
        esac
    done | sort -u | tr '\n' ' '
}

package_of() {
    case $1 in
        mvn) echo maven ;;
        dockerd) echo docker.io ;;
        docker) # A package of its own since Debian 13.
            if [[ -n $(apt-cache search --names-only '^docker-cli$' 2> /dev/null) ]]; then
                echo docker-cli
            else
                echo docker.io
            fi
            ;;
        etcd) echo etcd-server ;;
        ip) echo iproute2 ;;
        ps | pgrep) echo procps ;;
        *) echo "$1" ;;
    esac
}

# Installs the packages, saying so first; fails where that cannot be done without asking anybody.
install_packages() {
    local root=()
    if ! command -v apt-get > /dev/null; then
        echo "Missing, and this machine has no apt-get to install it with: $*" >&2
        return 1
    fi
    if [[ $(id -u) -ne 0 ]]; then
        if ! sudo -n true 2> /dev/null; then
            echo "Missing, and installing needs root, or sudo without a password: $*" >&2
            return 1
        fi
        root=(sudo -n)
    fi
    echo "Installing what is missing, with apt-get: $*"
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq < /dev/null
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" < /dev/null
}
