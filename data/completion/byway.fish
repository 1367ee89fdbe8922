# SPDX-License-Identifier: GPL-2.0-or-later
# fish completion of byway(1).

set -l named up down status show why doctor log report delete duplicate set-secret edit
complete -c byway -f
complete -c byway -n __fish_use_subcommand -a '(byway --list-verbs 2>/dev/null)'
complete -c byway -n "__fish_seen_subcommand_from $named; and test (count (commandline -opc)) -eq 2" \
    -a '(byway list --names 2>/dev/null)'
complete -c byway -n '__fish_seen_subcommand_from set-secret; and test (count (commandline -opc)) -eq 3' \
    -a 'ipsec-psk password'
complete -c byway -n '__fish_seen_subcommand_from add edit render; and test (count (commandline -opc)) -ge 3' \
    -a "(byway --list-options 2>/dev/null | string replace \t =\t)"
complete -c byway -n '__fish_seen_subcommand_from up status list show monitor why doctor probe log' -l json -d 'Objects for scripts'
complete -c byway -n '__fish_seen_subcommand_from status' -l watch -d 'Go on showing it'
complete -c byway -n '__fish_seen_subcommand_from show' -l rendered -d 'What a connect would write and send'
complete -c byway -n '__fish_seen_subcommand_from delete' -l yes -d 'Do not ask'
complete -c byway -n '__fish_seen_subcommand_from report' -l output -r -F -d 'A new file'
complete -c byway -n '__fish_seen_subcommand_from report' -l no-mask -d 'Leave names and addresses in'
complete -c byway -n '__fish_seen_subcommand_from set-secret' -l storage -xa 'save session ask'
