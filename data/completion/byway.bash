# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion of byway(1).

_byway_names() {
  local IFS=$'\n' name
  for name in $(byway list --names 2>/dev/null); do
    [[ $name == "$1"* ]] && printf '%q\n' "$name"
  done
}

_byway() {
  local cur=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]:-} IFS=$'\n'
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W "$(byway --list-verbs 2>/dev/null | cut -f1)" -- "$cur"))
    return
  fi
  if [[ $cur == --* ]]; then
    COMPREPLY=($(compgen -W "$(byway "$verb" --help 2>/dev/null | grep -oE -- '--[a-z-]+')" -- "$cur"))
    return
  fi
  case $verb in
    up | down | lift | status | show | why | doctor | log | report | delete | duplicate)
      ((COMP_CWORD == 2)) && COMPREPLY=($(_byway_names "$cur")) ;;
    import)
      COMPREPLY=($(compgen -f -- "$cur"))
      compopt -o filenames 2>/dev/null ;;
    export | import-cert)
      if ((COMP_CWORD == 2)); then
        COMPREPLY=($(_byway_names "$cur"))
      else
        COMPREPLY=($(compgen -f -- "$cur"))
        compopt -o filenames 2>/dev/null
      fi ;;
    set-secret)
      ((COMP_CWORD == 2)) && COMPREPLY=($(_byway_names "$cur"))
      ((COMP_CWORD == 3)) && COMPREPLY=($(compgen -W $'ipsec-psk\npassword\nxauth-password\nl2tp-secret\nmachine-certpass\nuser-certpass' -- "$cur")) ;;
    edit | add | render)
      if [[ $verb == edit ]] && ((COMP_CWORD == 2)); then
        COMPREPLY=($(_byway_names "$cur"))
      else
        COMPREPLY=($(compgen -S = -W "$(byway --list-options 2>/dev/null | cut -f1)" -- "$cur"))
        compopt -o nospace 2>/dev/null
      fi ;;
  esac
}

complete -F _byway byway
