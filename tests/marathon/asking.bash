# shellcheck shell=bash
# Asking a cluster with curl, and holding its answers against `shapes.jq`. For scripts, which source it.

url=${SHIP_URL:?the URL of the cluster to talk to}
shapes=$(dirname "${BASH_SOURCE[0]}")
answers=$(mktemp -d)
trap 'rm -rf "$answers"' EXIT
patience=60 # seconds

say() { printf '\n# %s\n' "$*"; }
fail() {
    printf 'FAIL  %s\n' "$*" >&2
    printf '      the answer: %s\n' "$(cat "$answers/body")" >&2
    exit 1
}
in_one_line() { printf '%s' "$1" | tr --squeeze-repeats '[:space:]' ' '; }

# ask STATUS ARGUMENTS..: a command as people type it, and the status that it must get.
ask() {
    local wanted=$1 status
    shift
    printf '$ curl %s\n' "$(in_one_line "$*")"
    status=$(curl --silent --show-error --max-time 30 --dump-header "$answers/head" --output "$answers/body" \
        --write-out '%{http_code}' "$@")
    [ "$status" = "$wanted" ] || fail "status $status, not $wanted"
}

# shaped SHAPE [PATH]: every element at the path of the last answer has the fields of the shape.
shaped() {
    local wrong
    wrong=$(jq -r -L "$shapes" "include \"shapes\"; ${2:-.} | mismatches($1; \"\")" "$answers/body")
    [ -z "$wrong" ] || fail "$wrong"
    echo "ok    ${2:-.} has every field of: $1"
}

# holds FILTER: something is true of the last answer.
holds() {
    jq --exit-status "$1" "$answers/body" >/dev/null || fail "does not hold: $1"
    printf 'ok    %s\n' "$(in_one_line "$1")"
}

header() {
    grep --quiet --ignore-case --extended-regexp "^$1"$'\r?$' "$answers/head" ||
        fail "no header $1 in: $(cat "$answers/head")"
    echo "ok    header $1"
}

# Waits until no deployment runs.
settle() {
    local deadline=$((SECONDS + patience))
    until curl --silent --max-time 10 "$url/v2/deployments" | jq --exit-status '. == []' >/dev/null; do
        [ "$SECONDS" -lt "$deadline" ] || fail "deployments still run after $patience s"
        sleep 0.2
    done
}
