# SPDX-License-Identifier: GPL-2.0-or-later
# fish completion of byway(1).

set -l named up down lift status show why doctor log report delete duplicate set-secret edit export import-cert
complete -c byway -f
complete -c byway -n __fish_use_subcommand -a '(byway --list-verbs 2>/dev/null)'
complete -c byway -n "__fish_seen_subcommand_from $named; and test (count (commandline -opc)) -eq 2" \
    -a '(byway list --names 2>/dev/null)'
complete -c byway -n '__fish_seen_subcommand_from import' -F
complete -c byway -n '__fish_seen_subcommand_from export import-cert; and test (count (commandline -opc)) -ge 3' -F
complete -c byway -n '__fish_seen_subcommand_from set-secret; and test (count (commandline -opc)) -eq 3' \
    -a 'ipsec-psk password xauth-password l2tp-secret machine-certpass user-certpass'
complete -c byway -n '__fish_seen_subcommand_from add edit render; and test (count (commandline -opc)) -ge 3' \
    -a "(byway --list-options 2>/dev/null | string replace \t =\t)"
complete -c byway -n '__fish_seen_subcommand_from up status list show monitor why doctor probe log migrate import-cert' -l json -d 'Objects for scripts'
complete -c byway -n '__fish_seen_subcommand_from import' -l name -x -d 'Give it another name'
complete -c byway -n '__fish_seen_subcommand_from import' -l system -d 'For every user of this machine'
complete -c byway -n '__fish_seen_subcommand_from import' -l with-ipsec -d 'Take a tunnel without IPsec for one with it'
complete -c byway -n '__fish_seen_subcommand_from import' -l plain -d 'Take a tunnel without IPsec for what it is'
complete -c byway -n '__fish_seen_subcommand_from import-cert' -l key -r -F -d 'The private key'
complete -c byway -n '__fish_seen_subcommand_from import-cert' -l ca -r -F -d 'The authority of the server'
complete -c byway -n '__fish_seen_subcommand_from import-cert' -l token -r -d 'Where the private key lies on a token'
complete -c byway -n '__fish_seen_subcommand_from import-cert' -l user -d 'For the login, in place of the password'
complete -c byway -n '__fish_seen_subcommand_from import-cert' -l stdin -d 'Read the password from standard input'
complete -c byway -n '__fish_seen_subcommand_from export' -l secrets -d 'Write the secrets into it, in clear text'
complete -c byway -n '__fish_seen_subcommand_from migrate' -l all -d 'Every profile that can be moved'
complete -c byway -n '__fish_seen_subcommand_from migrate' -l plain -d 'Those without IPsec too, as they are'
complete -c byway -n '__fish_seen_subcommand_from migrate' -l dry-run -d 'Only say what would happen'
complete -c byway -n '__fish_seen_subcommand_from migrate' -l undo -d 'Give moved profiles back'
complete -c byway -n '__fish_seen_subcommand_from status' -l watch -d 'Go on showing it'
complete -c byway -n '__fish_seen_subcommand_from show' -l rendered -d 'What a connect would write and send'
complete -c byway -n '__fish_seen_subcommand_from delete' -l yes -d 'Do not ask'
complete -c byway -n '__fish_seen_subcommand_from report' -l output -r -F -d 'A new file'
complete -c byway -n '__fish_seen_subcommand_from report' -l no-mask -d 'Leave names and addresses in'
complete -c byway -n '__fish_seen_subcommand_from set-secret' -l storage -xa 'save session ask'
