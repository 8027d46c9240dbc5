#!/usr/bin/env bash
# What a user has: the two packages, made here by `make pack`; a new test project by the steps of the package's README, word for
# word; the tool, installed. Packages of others come from the cache that the build has filled; SelfHeal's own come
# from no cache.
set -u
cd "$(dirname "$0")/../.." || exit 1
root=$PWD
unset LD_PRELOAD SELFHEAL_RUN SELFHEAL_RECORDER
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
work=$(mktemp -d "${TMPDIR:-/tmp}/selfheal-package.XXXXXX")
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cache=${NUGET_PACKAGES:-$HOME/.nuget/packages}
# shellcheck source=tests/checks.sh
. tests/checks.sh
# succeeds LOG COMMAND...: its output goes to LOG; what is wrong, if anything is
succeeds() {
    local log=$work/$1.log status=0
    shift
    "$@" > "$log" 2>&1 || status=$?
    [ "$status" = 0 ] || { echo "exit status $status:"; tail -n 25 "$log"; }
}
has() { grep -qF -- "$2" "$1" || { echo "$1 lacks: $2"; tail -n 12 "$1"; }; } # FILE TEXT
block() { awk -v language="$2" 'p && /^```/ { exit } p { print } $0 == "```" language { p = 1 }' "$1"; } # FILE LANGUAGE: its first one

made=$(succeeds pack make pack "PACKAGES=$work/packages" "CONFIGURATION=${CONFIGURATION:-Release}")
check "make pack makes two packages" "$made$(ls "$work/packages" 2>&1 | grep -vxE 'SelfHeal\.(Testing|Cli)\.[0-9.]+\.nupkg')"
[ -z "$made" ] || end
content() { unzip -Z1 "$work"/packages/SelfHeal."$1".*.nupkg | grep -qx -- "$2" || echo "SelfHeal.$1 lacks $2"; }
check "SelfHeal.Testing holds engine, recorder, build files, readme and notices" "$(
    for file in lib/net10.0/SelfHeal.dll lib/net10.0/SelfHeal.xml lib/net10.0/SelfHeal.Testing.dll runtimes/linux-x64/native/libselfheal.so \
        runtimes/linux-x64/native/selfheal-launch buildTransitive/SelfHeal.Testing.props production/selfheal-patched README.md THIRD-PARTY-NOTICES.txt; do
        content Testing "$file"
    done)"
check "the tool holds the recorder" "$(content Cli tools/net10.0/any/runtimes/linux-x64/native/libselfheal.so; content Cli tools/net10.0/any/runtimes/linux-x64/native/selfheal-launch)"

# a user's machine, without network: SelfHeal from here and nowhere else, all others from the cache of the build
mkdir "$work/user"
cat > "$work/user/nuget.config" << END
<configuration>
  <packageSources><clear /><add key="cache" value="$cache" /></packageSources>
</configuration>
END
export NUGET_PACKAGES=$work/nuget CI=
cd "$work/user" || exit 1
readme=$root/src/SelfHeal.Testing/README.md
block "$readme" '' | sed "s,/where/the/package/is,$work/packages,; s,^dotnet new nugetconfig\$,cp ../nuget.config .," > steps
check "the steps of the README make a test project" "$(succeeds steps bash -e steps)"
cd HealTests || end
block "$readme" csharp > BcTests.cs
check "its test has about ten lines" "$(lines=$(sed -n '/HealFact/,/^    }/p' BcTests.cs | wc -l); [ "$lines" -le 11 ] && [ "$lines" -ge 8 ] || echo "$lines lines")"
test_name=A_redefined_math_function_does_not_kill_bc
dotnet test > "$work/first.log" 2>&1
check "the first run asks for a review of the patch" "$([ $? = 2 ] || echo 'another exit status than 2'; has "$work/first.log" "BcTests.$test_name.received.ep"; has "$work/first.log" 'failed: 1')"
check "nothing is warned of" "$(grep -i warning "$work/first.log")"
mv "BcTests.$test_name.received.ep" "BcTests.$test_name.verified.ep"
chmod -R a-x bin/Debug/net10.0/runtimes/linux-x64/native/selfheal-launch # as from a package manager that keeps no modes
check "after it the test passes" "$(succeeds second dotnet test --no-build; has "$work/second.log" 'succeeded: 1')"
dotnet run --no-build -- --help > "$work/help.log" 2>&1
check "the test program knows SelfHeal's options" "$(has "$work/help.log" --selfheal-report)"
check "the package was the one made here" "$(cmp "$work/nuget"/selfheal.testing/*/runtimes/linux-x64/native/libselfheal.so "$root/build/recorder/libselfheal.so")"

cd "$work/user" || exit 1
check "the tool is installed" "$(succeeds install dotnet tool install SelfHeal.Cli --tool-path "$work/tools" --add-source "$work/packages")"
selfheal=$work/tools/selfheal
check "its help names the commands" "$(succeeds help "$selfheal" --help; has "$work/help.log" record; has "$work/help.log" heal)"
find "$work/tools" -name selfheal-launch -exec chmod a-x {} +
{
    for i in $(seq 0 23); do echo "define f$i(x) { return (x+$i); }"; done
    printf 'define s(x) { return (x+1); }\ndefine c(x) { return (x+2); }\ns(1)\n'
} > input
"$selfheal" record -o run -- bc -ql < input > record.log 2>&1
check "it records bc's failure" "$([ $? = 139 ] || echo 'another exit status than 139'; has record.log 'bc was killed by SIGSEGV')"
check "it heals it" "$(succeeds heal "$selfheal" heal run -o bc.ep; has "$work/heal.log" 'bc is healed in 1 trial')"
check "bc runs with the patch" "$([ "$("$selfheal" run --patch bc.ep -o patched -- bc -ql < input)" = 2 ] || echo 'another output than 2')"
check "doctor finds all that is needed" "$(succeeds doctor "$selfheal" doctor)"
end
