#!/bin/sh
# What `secret-tool` does with an unlocked keyring, in a folder of the test: `store`, `lookup`, `clear` and `search`. With
# FAKE_KEYRING_FULL it takes nothing more, and with FAKE_KEYRING_WAITS it answers a lookup when it is asked for an entry of that
# name too. `test/keychain` has the real one say the same.
#
# In the shell, since a sign-in asks a keychain some twenty times, and Node takes fifty times as long to start.
{
  printf '%s\n' "$0" "$@"
  export -p
} >"$FAKE_KEYRING/calls/$$"

act=$1
shift
name=
for word; do
  case $word in
  --*) ;;
  *) name="${name:+$name }$word" ;;
  esac
done
entry="$FAKE_KEYRING/entries/$name"

case $act in
store)
  if [ -n "$FAKE_KEYRING_FULL" ]; then exit 1; fi
  # Whole or not at all, for those who look meanwhile.
  cat >"$FAKE_KEYRING/$$" && mv "$FAKE_KEYRING/$$" "$entry"
  ;;
lookup)
  if [ -n "$FAKE_KEYRING_WAITS" ]; then
    tries=0
    until grep -q "^$FAKE_KEYRING_WAITS" "$FAKE_KEYRING/calls"/*; do
      tries=$((tries + 1))
      if [ $tries -gt 100 ]; then exit 2; fi
      sleep 0.05
    done
  fi
  cat "$entry" 2>/dev/null
  ;;
clear) rm "$entry" 2>/dev/null ;;
search)
  # Without an entry it ends well, and says nothing.
  if secret=$(cat "$entry" 2>/dev/null); then printf '[/1]\nlabel = Gateway Connect\nsecret = %s\n' "$secret"; fi
  ;;
*) exit 2 ;;
esac
