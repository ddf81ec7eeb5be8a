#!/usr/bin/env bash
# The step of action.yml: gets hostfit, runs `hostfit check` with annotations, a SARIF file and the job's summary, and ends with its exit code.
# Inputs are HOSTFIT_*, empty where nothing was given; RUNNER_TEMP, GITHUB_OUTPUT and GITHUB_STEP_SUMMARY are the runner's.
set -euo pipefail
fail() { echo "::error title=hostfit::$*"; exit 2; }

hostfit=$HOSTFIT_BINARY
if [ -z "$hostfit" ]; then
  [ -n "$HOSTFIT_URL" ] || fail "there is no hostfit to run: give url and sha256 of a release's archive, or binary"
  [[ $HOSTFIT_SHA256 =~ ^[0-9a-fA-F]{64}$ ]] || fail "sha256 must be the checksum of the archive, 64 hexadecimal digits: an archive that is not pinned is not run"
  archive=$RUNNER_TEMP/hostfit.tar.gz
  curl --fail --silent --show-error --location --retry 3 --output "$archive" "$HOSTFIT_URL" || fail "$HOSTFIT_URL could not be had: look at url"
  sha256sum --check --status <<< "${HOSTFIT_SHA256,,}  $archive" || fail "$HOSTFIT_URL has another checksum than sha256: it is not what was pinned, and was not run"
  mkdir -p "$RUNNER_TEMP/hostfit"
  tar --extract --gzip --file "$archive" --directory "$RUNNER_TEMP/hostfit"
  hostfit=$RUNNER_TEMP/hostfit/hostfit
fi

arguments=(--fail-on "$HOSTFIT_FAIL_ON" -o github -o "sarif=$HOSTFIT_SARIF" -o "markdown=$RUNNER_TEMP/hostfit.md")
[ -z "$HOSTFIT_CONFIG" ] || arguments+=(--config "$HOSTFIT_CONFIG")
each_line() { while IFS= read -r line; do [ -z "$line" ] || arguments+=("${@:2}" "$line"); done <<< "$1"; }
each_line "$HOSTFIT_NODES" --nodes
each_line "$HOSTFIT_OS" --os
arguments+=(--)
each_line "$HOSTFIT_FILES"

code=0
rm -f "$HOSTFIT_SARIF" "$RUNNER_TEMP/hostfit.md"   # of a run before this one
"$hostfit" check "${arguments[@]}" || code=$?
[ ! -e "$HOSTFIT_SARIF" ] || echo "sarif=$HOSTFIT_SARIF" >> "$GITHUB_OUTPUT"
[ ! -e "$RUNNER_TEMP/hostfit.md" ] || cat "$RUNNER_TEMP/hostfit.md" >> "$GITHUB_STEP_SUMMARY"
exit "$code"
