#!/bin/sh
# A browser, as the command that `--browser` starts: says in a folder of the test what it was started with, for the person there.
#
# In the shell, since Node takes twenty times as long to start, and there are hundreds of sign-ins.
folder=$1
{
  printf '%s\0' "$0" "$@"
  export -p
} >"$folder/$$.part" && mv "$folder/$$.part" "$folder/$$"
