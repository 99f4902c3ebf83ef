#!/bin/sh
# A poller with curl, which tries again by itself.
url="http://$NEPTUNE_ENDPOINT:$NEPTUNE_PORT/loader/$1"
failures=0
while [ "$failures" -lt 5 ]; do
    answer=$(curl --silent --fail --max-time 1 "$url") && word=$(printf '%s' "$answer" | sed -n 's/.*"status" *: *"\(LOAD_[A-Z0-9_]*\)".*/\1/p' | head -n 1) || word=
    case "$word" in
        LOAD_COMPLETED) exit 0 ;;
        LOAD_IN_QUEUE | LOAD_NOT_STARTED | LOAD_IN_PROGRESS) failures=0 ;;
        '') failures=$((failures + 1)) ;;
        *) echo "$word" >&2; exit 1 ;;
    esac
    sleep 0.1
done
exit 2
