#!/usr/bin/env bash
# Do the documents say what is? Every message that docs/troubleshooting.md explains is in the source, and every link
# between documents leads somewhere.
set -u
cd "$(dirname "$0")/../.."
# shellcheck source=tests/checks.sh
. tests/checks.sh

# The fixed parts of each message, one a line; what is shorter than eight characters proves nothing. In C# a quote within
# a text is escaped.
fixed_parts() { sed -nE 's/^### `(.*)`$/\1/p' docs/troubleshooting.md | sed 's/\.\.\./\n/g' | sed -E 's/^[ :,;]+//; s/ +$//' | awk 'length >= 8'; }
unknown_messages() {
    local part
    while IFS= read -r part; do
        grep -rqF --include='*.c' --include='*.cs' -- "$part" src || echo "no source file says: $part"
    done < <(fixed_parts)
}
headings_without_proof() {
    sed -nE 's/^### `(.*)`$/\1/p' docs/troubleshooting.md | while IFS= read -r heading; do
        printf '%s\n' "$heading" | sed 's/\.\.\./\n/g' | sed -E 's/^[ :,;]+//; s/ +$//' | awk 'length >= 8 { n++ } END { exit !n }' || echo "too short: $heading"
    done
}
dead_links() {
    local file target
    for file in *.md docs/*.md docs/decisions/*.md docker/*/README.md adapters/README.md; do
        grep -oE '\]\([^)#: ]+' "$file" | sed 's/^](//' | while IFS= read -r target; do
            [ -e "$(dirname "$file")/$target" ] || echo "$file leads to $target, which does not exist"
        done
    done
}
unnamed_documents() {
    local file
    for file in docs/*.md; do
        grep -lF "$(basename "$file")" ./*.md docs/*.md | grep -qv "/$(basename "$file")$" || echo "$file is named in no other document"
    done
}

check "every message in troubleshooting.md is in the source" "$(unknown_messages)"
check "every heading of troubleshooting.md holds words that can be looked for" "$(headings_without_proof)"
check "there are at least 40 messages" "$([ "$(grep -c '^### `' docs/troubleshooting.md)" -ge 40 ] || echo "only $(grep -c '^### `' docs/troubleshooting.md)")"
check "links between documents lead somewhere" "$(dead_links)"
check "every document can be found" "$(unnamed_documents)"
end
