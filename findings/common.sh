# What the findings share: a temporary folder, pinned packages in it, and the comparison. Sourced by each of them, not run.
#
# Exit codes: 0 the recorded behaviour still holds, 1 it changed, 2 the packages cannot be installed here.

FOLDER=$(mktemp -d)
trap 'rm -rf "$FOLDER"' EXIT
cd "$FOLDER"

cannot_install() {
  echo "NOT TRIED: $* cannot be installed here" >&2
  exit 2
}

# Installs packages of PyPI; programs then run with env/bin/python.
from_pypi() {
  { python3 -m venv env && env/bin/pip install --quiet --disable-pip-version-check "$@"; } >install.log 2>&1 ||
    { tail -n 3 install.log >&2; cannot_install "$@"; }
}

# Installs packages of npm, and what they depend on as it was on the day of the finding; none of their scripts are run.
from_npm() {
  echo '{"private": true}' >package.json
  npm install --silent --no-audit --no-fund --ignore-scripts --before=2026-11-28T20:00:00Z "$@" >install.log 2>&1 ||
    { tail -n 3 install.log >&2; cannot_install "$@"; }
}

# Unpacks packages of Debian into debian/ without installing them, which takes no rights.
from_debian() {
  { apt-get download "$@" && for package in *.deb; do dpkg -x "$package" debian; done; } >install.log 2>&1 ||
    { tail -n 3 install.log >&2; cannot_install "$@"; }
  LD_LIBRARY_PATH=$(dirname "$(find debian -name 'lib*.so*' -print -quit)")
  export LD_LIBRARY_PATH="$FOLDER/$LD_LIBRARY_PATH"
}

# Holds what was seen against what was recorded, and ends the finding.
compare() {
  echo "$2"
  if [ "$1" = "$2" ]; then
    echo "HOLDS: $(basename "$0" .sh) behaves as recorded"
    exit 0
  fi
  echo "CHANGED: $(basename "$0" .sh) no longer behaves as recorded (-), but so (+):" >&2
  diff <(echo "$1") <(echo "$2") | sed -n 's/^< /- /p; s/^> /+ /p' >&2
  exit 1
}
