#!/bin/sh
# Make a browser available for the page's tests: from PATH, else Debian's package, else Playwright's.
# $1: the virtual environment's bin folder. Never fails: without a browser those tests are skipped.
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing chromium from Debian's packages for the page's tests ..."
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1 \
    && exit 0
fi
"$1/python" -m playwright install chromium >/dev/null 2>&1 && exit 0
echo "No browser: the page's tests will be skipped. Install chromium to run them."
exit 0
